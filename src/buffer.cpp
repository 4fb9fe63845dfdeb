#include <newsgpu/buffer.hpp>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <mutex>

#if defined(__linux__)
#include <sys/mman.h>
#endif

// A sanitizer sees the ends of the blocks of malloc, not of mapped ones.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define NEWSGPU_SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(memory_sanitizer) || __has_feature(thread_sanitizer)
#define NEWSGPU_SANITIZED 1
#endif
#endif

namespace newsgpu::detail {

namespace {

std::size_t whole_pages(std::size_t bytes) {
    return (bytes + large_bytes - 1) / large_bytes * large_bytes;
}

} // namespace

#if defined(__linux__) && !defined(NEWSGPU_SANITIZED)

namespace {

struct block {
    char* begin;
    std::size_t bytes;
    char* end() const { return begin + bytes; }
};

void unmap(block it) noexcept {
    ::munmap(it.begin, it.bytes);
}

/// @return a block whose begin is null where the system has no more.
block map(std::size_t bytes) noexcept {
    auto* const mapped = ::mmap(nullptr, bytes + large_bytes, PROT_READ | PROT_WRITE,
                                MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (mapped == MAP_FAILED) {
        return {nullptr, 0};
    }
    auto* const begin = static_cast<char*>(mapped);
    auto const skipped = (large_bytes - reinterpret_cast<std::uintptr_t>(begin) % large_bytes) % large_bytes;
    if (skipped > 0) {
        unmap({begin, skipped});
    }
    unmap({begin + skipped + bytes, large_bytes - skipped});
    ::madvise(begin + skipped, bytes, MADV_HUGEPAGE);
    return {begin + skipped, bytes};
}

/// Blocks that were given back, kept for the next result: the system clears every page before it hands it
/// out, which takes longer than most passes over text. It may take them back at any time (MADV_FREE).
///
/// At most `limit` bytes lie here, and they are given up before new memory is asked for, so that a process
/// has never more than it would have without this.
class spare_blocks {
public:
    /// May be changed while others take and keep: what is too much then is given up with the next block.
    std::atomic<std::size_t> limit{kept_memory};

    /// The front of the smallest block that is large enough, or a block whose begin is null.
    block take(std::size_t bytes) noexcept {
        auto* best = end();
        for (auto* it = begin(); it != end(); ++it) {
            if (it->bytes >= bytes && (best == end() || it->bytes < best->bytes)) {
                best = it;
            }
        }
        if (best == end()) {
            return {nullptr, 0};
        }
        block const taken{best->begin, bytes};
        *best = {best->begin + bytes, best->bytes - bytes};
        if (best->bytes == 0) {
            erase(best);
        }
        total_ -= bytes;
        return taken;
    }

    /// @return whether it is kept.
    bool keep(block given) noexcept {
        if (given.bytes > limit.load(std::memory_order_relaxed)) {
            return false;
        }
        make_room(given.bytes);
        // In order of address, so that neighbours become one again.
        auto* const after =
            std::lower_bound(begin(), end(), given, [](block a, block b) { return a.begin < b.begin; });
        auto const joins_after = after != end() && given.end() == after->begin;
        auto const joins_before = after != begin() && (after - 1)->end() == given.begin;
        if (!joins_after && !joins_before && count_ == blocks_.size()) {
            return false;
        }
        ::madvise(given.begin, given.bytes, MADV_FREE);
        total_ += given.bytes;
        if (joins_before && joins_after) {
            (after - 1)->bytes += given.bytes + after->bytes;
            erase(after);
        } else if (joins_before) {
            (after - 1)->bytes += given.bytes;
        } else if (joins_after) {
            *after = {given.begin, given.bytes + after->bytes};
        } else {
            std::move_backward(after, end(), end() + 1);
            *after = given;
            ++count_;
        }
        return true;
    }

    /// Gives back what would be beyond the limit with so many bytes more.
    void make_room(std::size_t bytes) noexcept {
        auto const wanted = total_ + bytes, most = limit.load(std::memory_order_relaxed);
        release(wanted > most ? wanted - most : 0);
    }

    /// Gives `bytes` back to the system, or all there is.
    void release(std::size_t bytes) noexcept {
        while (bytes > 0 && count_ > 0) {
            auto& last = *(end() - 1);
            auto const part = std::min(bytes, last.bytes);
            unmap({last.end() - part, part});
            last.bytes -= part;
            total_ -= part;
            bytes -= part;
            if (last.bytes == 0) {
                --count_;
            }
        }
    }

    std::mutex& mutex() { return mutex_; }

private:
    block* begin() { return blocks_.data(); }
    block* end() { return blocks_.data() + count_; }

    void erase(block* it) noexcept {
        std::move(it + 1, end(), it);
        --count_;
    }

    std::mutex mutex_;
    std::array<block, 64> blocks_;
    std::size_t count_ = 0, total_ = 0;
};

/// Never destroyed: results may outlive every static object.
spare_blocks& spare() {
    static auto* const blocks = new spare_blocks;
    return *blocks;
}

} // namespace

bool keeps_large_blocks() noexcept {
    return true;
}

// None waits for the other threads: a child of fork() may find the lock taken for ever.

void keep_large_blocks(std::size_t bytes) noexcept {
    spare().limit = bytes;
    if (std::unique_lock const lock{spare().mutex(), std::try_to_lock}) {
        spare().make_room(0);
    }
}

void* allocate_large_zeroed(std::size_t bytes) {
    bytes = whole_pages(bytes);
    if (std::unique_lock const lock{spare().mutex(), std::try_to_lock}) {
        spare().release(bytes);
    }
    auto const made = map(bytes);
    if (made.begin == nullptr) {
        throw std::bad_alloc{};
    }
    return made.begin;
}

void* allocate_large(std::size_t bytes) {
    if (std::unique_lock const lock{spare().mutex(), std::try_to_lock}) {
        if (auto const taken = spare().take(whole_pages(bytes)); taken.begin != nullptr) {
            return taken.begin;
        }
    }
    return allocate_large_zeroed(bytes);
}

void deallocate_large(void* memory, std::size_t bytes) noexcept {
    block const given{static_cast<char*>(memory), whole_pages(bytes)};
    if (std::unique_lock const lock{spare().mutex(), std::try_to_lock}; lock && spare().keep(given)) {
        return;
    }
    unmap(given);
}

#else

bool keeps_large_blocks() noexcept {
    return false;
}

void keep_large_blocks(std::size_t) noexcept {}

void* allocate_large(std::size_t bytes) {
    auto* const memory = std::aligned_alloc(large_bytes, whole_pages(bytes));
    if (memory == nullptr) {
        throw std::bad_alloc{};
    }
    return memory;
}

void* allocate_large_zeroed(std::size_t bytes) {
    return std::memset(allocate_large(bytes), 0, bytes);
}

void deallocate_large(void* memory, std::size_t) noexcept {
    std::free(memory);
}

#endif

} // namespace newsgpu::detail
