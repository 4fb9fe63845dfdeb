#pragma once

#include "cuda/device_buffer.cuh"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace newsgpu::cuda {

/// Copies between pageable memory and a device through small page-locked buffers, so that the bus and the
/// other streams go on while the host copies. The driver would do the same for pageable memory, but make the
/// caller wait.
class staging {
public:
    /// @param chunk_bytes the size of a buffer; there are four for each direction, made when first used.
    explicit staging(std::int64_t chunk_bytes) : chunk_bytes_{chunk_bytes} {}
    /// Waits for the copies that are under way.
    ~staging();
    staging(staging const&) = delete;
    staging& operator=(staging const&) = delete;

    /// When this returns, `from` has been read; `to` is written in the order of the stream.
    template <class T>
    void upload(view<T const> from, view<T> to, stream const& on) {
        require_same_size(from.size(), to.size());
        upload_bytes(as_bytes(from), {reinterpret_cast<char*>(to.data()), bytes_of(to)}, on);
    }

    /// When this returns, `to` is written: it waits for the stream.
    template <class T>
    void download(view<T const> from, view<T> to, stream const& on) {
        require_same_size(from.size(), to.size());
        download_bytes(as_bytes(from), {reinterpret_cast<char*>(to.data()), bytes_of(to)}, on);
    }

private:
    struct chunk {
        explicit chunk(std::int64_t bytes) : memory{bytes} {}
        pinned_buffer<char> memory;
        event copied;
        bool under_way = false; ///< a copy may not have happened yet
    };
    using ring = std::vector<std::unique_ptr<chunk>>;

    template <class T>
    static std::int64_t bytes_of(view<T> elements) {
        return elements.size() * static_cast<std::int64_t>(sizeof(T));
    }
    template <class T>
    static view<char const> as_bytes(view<T const> elements) {
        return {reinterpret_cast<char const*>(elements.data()), bytes_of(elements)};
    }
    static void require_same_size(std::int64_t from, std::int64_t to, site where = site::current());

    void upload_bytes(view<char const> from, view<char> to, stream const& on);
    void download_bytes(view<char const> from, view<char> to, stream const& on);
    /// Buffer `i` of a ring, once its last copy is done.
    chunk& free_chunk(ring& of, std::size_t i);

    std::int64_t chunk_bytes_;
    ring up_, down_;
    std::size_t next_up_ = 0;
};

} // namespace newsgpu::cuda
