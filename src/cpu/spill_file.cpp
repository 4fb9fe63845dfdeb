#include "cpu/spill_file.hpp"

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <string>
#include <system_error>

#include <cstdlib>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "file.hpp"

namespace newsgpu::cpu {

namespace {

/// Not std::filesystem::temp_directory_path, which does not say which folder it did not find.
std::filesystem::path folder() {
    auto const* named = std::getenv("TMPDIR");
    return named != nullptr && *named != '\0' ? named : "/tmp";
}

[[noreturn]] void fail(char const* what) {
    throw std::filesystem::filesystem_error{what, folder(), std::error_code{errno, std::generic_category()}};
}

} // namespace

spill_file::spill_file() {
    auto name = (folder() / "newsgpu-XXXXXX").string();
    descriptor_ = ::mkostemp(name.data(), O_CLOEXEC);
    if (descriptor_ < 0) {
        fail("cannot make a temporary file (TMPDIR names the folder)");
    }
    ::unlink(name.c_str());
}

spill_file::~spill_file() {
    ::close(descriptor_);
}

void spill_file::write(std::int64_t offset, void const* bytes, std::int64_t count) {
    if (!write_fully(descriptor_, offset, bytes, count)) {
        fail("cannot write a temporary file (TMPDIR names the folder)");
    }
}

void spill_file::read(std::int64_t offset, void* bytes, std::int64_t count) const {
    auto* to = static_cast<char*>(bytes);
    while (count > 0) {
        auto const got = ::pread(descriptor_, to, static_cast<std::size_t>(count), offset);
        if (got <= 0) {
            if (got < 0 && errno == EINTR) {
                continue;
            }
            errno = got == 0 ? EIO : errno;
            fail("cannot read a temporary file");
        }
        to += got;
        offset += got;
        count -= got;
    }
}

spill_mapping::spill_mapping(spill_file const& file, std::int64_t size) : data_{nullptr}, size_{size} {
    if (size_ == 0) {
        return;
    }
    // Whatever was not written reads as zeros.
    if (::ftruncate(file.descriptor_, size_) != 0) {
        fail("cannot extend a temporary file");
    }
    auto* const mapped =
        ::mmap(nullptr, static_cast<std::size_t>(size_), PROT_READ, MAP_SHARED, file.descriptor_, 0);
    if (mapped == MAP_FAILED) {
        fail("cannot map a temporary file");
    }
    data_ = mapped;
}

spill_mapping::~spill_mapping() {
    if (data_ != nullptr) {
        ::munmap(data_, static_cast<std::size_t>(size_));
    }
}

void spill_mapping::forget() const noexcept {
    if (data_ != nullptr) {
        ::madvise(data_, static_cast<std::size_t>(size_), MADV_DONTNEED);
    }
}

} // namespace newsgpu::cpu
