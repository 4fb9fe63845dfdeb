#include "file.hpp"

#include <cerrno>
#include <string>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

namespace newsgpu {

namespace {

namespace fs = std::filesystem;

[[noreturn]] void throw_error(char const* what, fs::path const& path, int error) {
    throw fs::filesystem_error{what, path, std::error_code{error, std::generic_category()}};
}

/// Closes a file on leaving a scope.
struct open_file {
    int descriptor;
    ~open_file() {
        if (descriptor >= 0) {
            ::close(descriptor);
        }
    }
};

} // namespace

bool write_fully(int descriptor, std::int64_t offset, void const* bytes, std::int64_t count) noexcept {
    auto const* from = static_cast<char const*>(bytes);
    while (count > 0) {
        auto const written = ::pwrite(descriptor, from, static_cast<std::size_t>(count), offset);
        if (written < 0) {
            if (errno == EINTR) {
                continue;
            }
            return false;
        }
        from += written;
        offset += written;
        count -= written;
    }
    return true;
}

mapped_file::mapped_file(fs::path const& path) {
    open_file const file{::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
    struct stat status;
    if (file.descriptor < 0 || ::fstat(file.descriptor, &status) != 0) {
        throw_error("cannot open", path, errno);
    }
    if (!S_ISREG(status.st_mode)) {
        throw_error("cannot open", path, S_ISDIR(status.st_mode) ? EISDIR : EINVAL);
    }
    if (status.st_size == 0) {
        return;
    }
    auto* memory =
        ::mmap(nullptr, static_cast<std::size_t>(status.st_size), PROT_READ, MAP_SHARED, file.descriptor, 0);
    if (memory == MAP_FAILED) {
        throw_error("cannot map", path, errno);
    }
    bytes_ = {static_cast<char const*>(memory), static_cast<std::int64_t>(status.st_size)};
}

mapped_file::~mapped_file() {
    if (!bytes_.empty()) {
        ::munmap(const_cast<char*>(bytes_.data()), static_cast<std::size_t>(bytes_.size()));
    }
}

atomic_file::atomic_file(fs::path path) : path_{std::move(path)} {
    std::error_code ignored;
    if (fs::is_symlink(path_, ignored)) {
        path_ = fs::weakly_canonical(path_); // what it points to is replaced, not the link
    }
    if (fs::is_directory(path_, ignored)) {
        throw_error("cannot write", path_, EISDIR);
    }
    std::string name{"."};
    name += path_.filename().string();
    name += ".saving";
    temporary_ = path_;
    temporary_.replace_filename(name);
    try {
        while (!lock()) {
        }
        struct stat old;
        if (::stat(path_.c_str(), &old) == 0 && ::fchmod(descriptor_, old.st_mode & 07777) != 0) {
            fail("cannot write");
        }
    } catch (...) {
        abandon();
        throw;
    }
}

/// Opens and locks the file beside the path; false if another writer renamed it in between.
bool atomic_file::lock() {
    descriptor_ = ::open(temporary_.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0666);
    if (descriptor_ < 0) {
        fail("cannot write");
    }
    if (::flock(descriptor_, LOCK_EX | LOCK_NB) != 0) {
        auto const error = errno;
        ::close(descriptor_);
        descriptor_ = -1;
        bool const is_locked = error == EWOULDBLOCK;
        throw_error(is_locked ? "another process is writing" : "cannot lock", path_,
                    is_locked ? EBUSY : error);
    }
    // What was opened may since have become the file itself: that one must not be touched.
    struct stat opened;
    struct stat named;
    if (::fstat(descriptor_, &opened) != 0) {
        fail("cannot write");
    }
    if (::stat(temporary_.c_str(), &named) != 0 || opened.st_ino != named.st_ino ||
        opened.st_dev != named.st_dev) {
        ::close(descriptor_);
        descriptor_ = -1;
        return false;
    }
    if (::ftruncate(descriptor_, 0) != 0) {
        fail("cannot write");
    }
    return true;
}

atomic_file::~atomic_file() {
    abandon();
}

void atomic_file::abandon() noexcept {
    if (descriptor_ >= 0) {
        ::unlink(temporary_.c_str());
        ::close(std::exchange(descriptor_, -1));
    }
}

void atomic_file::fail(char const* what) const {
    throw_error(what, path_, errno);
}

void atomic_file::write(void const* bytes, std::int64_t count) {
    constexpr std::size_t buffer_bytes = std::size_t{1} << 20;
    auto const* from = static_cast<char const*>(bytes);
    pending_.insert(pending_.end(), from, from + count);
    if (pending_.size() >= buffer_bytes) {
        flush();
    }
}

void atomic_file::write_at(std::int64_t offset, void const* bytes, std::int64_t count) {
    flush();
    write_all(offset, bytes, count);
}

void atomic_file::flush() {
    write_all(written_, pending_.data(), static_cast<std::int64_t>(pending_.size()));
    written_ += static_cast<std::int64_t>(pending_.size());
    pending_.clear();
}

void atomic_file::write_all(std::int64_t offset, void const* bytes, std::int64_t count) {
    if (!write_fully(descriptor_, offset, bytes, count)) {
        fail("cannot write");
    }
}

void atomic_file::commit() {
    flush();
    if (::fsync(descriptor_) != 0 || ::rename(temporary_.c_str(), path_.c_str()) != 0) {
        fail("cannot write");
    }
    // The lock goes with the descriptor; the file's name is no longer ours to remove.
    ::close(std::exchange(descriptor_, -1));
    auto const folder = path_.has_parent_path() ? path_.parent_path() : fs::path{"."};
    open_file const directory{::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
    if (directory.descriptor < 0 || ::fsync(directory.descriptor) != 0) {
        fail("cannot write");
    }
}

} // namespace newsgpu
