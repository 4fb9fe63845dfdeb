#include "cuda/formed_documents.cuh"

namespace newsgpu::cuda {

formed_documents::formed_documents(batch const& part, normalization form, form_view table, stream const& on,
                                   staging& copies)
    : form_{part.text, form, table, make_given_forms(part.documents, form, {}), on, copies},
      num_interacting_{form_.finish([&](auto const&) { return part.documents; }, on, copies)},
      breaks_{form_.num_bytes() / word_bits + 1, on} {
    set_breaks(text(), breaks_.view(), on);
}

} // namespace newsgpu::cuda
