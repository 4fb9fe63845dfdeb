#pragma once

#include "cuda/batches.cuh"
#include "cuda/form_table.cuh"
#include "cuda/text_form.cuh"

#include <cstdint>

namespace newsgpu::cuda {

/// The documents of a batch after they have been brought to a form, on the device.
class formed_documents {
public:
    /// Waits for the device.
    formed_documents(batch const& part, normalization form, form_view table, stream const& on,
                     staging& copies);

    text_view text() const { return {form_.text(), form_.num_bytes(), breaks_.view(), form_.positions()}; }
    std::int64_t num_interacting() const { return num_interacting_; }
    device_buffer<uint4> take_text() { return form_.take_text(); }

private:
    text_form form_;
    std::int64_t num_interacting_;
    device_buffer<std::uint32_t> breaks_;
};

} // namespace newsgpu::cuda
