#pragma once

#include <newsgpu/view.hpp>

#include <cstdint>
#include <filesystem>
#include <vector>

namespace newsgpu {

/// Writes all of it to an open file, at a place; false with errno set where that fails.
bool write_fully(int descriptor, std::int64_t offset, void const* bytes, std::int64_t count) noexcept;

/// A file's bytes as memory, read when they are needed. Whoever shortens the file meanwhile makes reading
/// them a bus error; one that is replaced by renaming stays as it was.
class mapped_file {
public:
    /// @throw std::filesystem::filesystem_error if it cannot be read.
    explicit mapped_file(std::filesystem::path const& path);
    ~mapped_file();
    mapped_file(mapped_file const&) = delete;
    mapped_file& operator=(mapped_file const&) = delete;

    view<char const> bytes() const { return bytes_; }

private:
    view<char const> bytes_;
};

/// A file that is written beside its path, and takes its place when it is complete and on the disk. Until
/// then, and if the process or the machine stops, the path is what it was before.
///
/// The file beside it always has the same name, so that a writer that was killed leaves one file that the
/// next one takes over. It is locked while it is written.
class atomic_file {
public:
    /// @throw std::filesystem::filesystem_error if it cannot be written, or another process is writing it.
    explicit atomic_file(std::filesystem::path path);
    /// Removes what was written unless `commit` was called.
    ~atomic_file();
    atomic_file(atomic_file const&) = delete;
    atomic_file& operator=(atomic_file const&) = delete;

    void write(void const* bytes, std::int64_t count);
    /// Writes over what is at `offset`.
    void write_at(std::int64_t offset, void const* bytes, std::int64_t count);
    std::int64_t position() const { return written_ + static_cast<std::int64_t>(pending_.size()); }

    void commit();

private:
    [[noreturn]] void fail(char const* what) const;
    bool lock();
    void abandon() noexcept;
    void flush();
    void write_all(std::int64_t offset, void const* bytes, std::int64_t count);

    std::filesystem::path path_, temporary_;
    int descriptor_ = -1;
    std::int64_t written_ = 0;
    std::vector<char> pending_;
};

} // namespace newsgpu
