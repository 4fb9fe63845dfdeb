#pragma once

#include <newsgpu/view.hpp>

#include <cstdint>

namespace newsgpu::cpu {

/// A temporary file without a name: it is gone with the process, however that ends. It lies in the folder
/// that the environment variable TMPDIR names, or in /tmp; where that is in memory nothing is gained.
class spill_file {
public:
    /// @throw std::filesystem::filesystem_error if it cannot be made.
    spill_file();
    ~spill_file();
    spill_file(spill_file const&) = delete;
    spill_file& operator=(spill_file const&) = delete;

    /// Several threads may write, each its own part.
    /// @throw std::filesystem::filesystem_error if it cannot be written: if the disk is full, say.
    void write(std::int64_t offset, void const* bytes, std::int64_t count);
    void read(std::int64_t offset, void* bytes, std::int64_t count) const;

private:
    friend class spill_mapping;
    int descriptor_;
};

/// What was written to a spill_file, as memory that is read when it is needed.
class spill_mapping {
public:
    spill_mapping(spill_file const& file, std::int64_t size);
    ~spill_mapping();
    spill_mapping(spill_mapping const&) = delete;
    spill_mapping& operator=(spill_mapping const&) = delete;

    void const* data() const { return data_; }
    /// Takes what was read out of the process's memory; it is read again when it is needed.
    void forget() const noexcept;

private:
    void* data_;
    std::int64_t size_;
};

} // namespace newsgpu::cpu
