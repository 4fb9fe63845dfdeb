#include "cuda/staging.cuh"

#include <algorithm>
#include <cstring>
#include <exception>

namespace newsgpu::cuda {

namespace {

/// Two would do if the host were as fast as the bus; more even out its hesitations.
constexpr std::size_t ring_size = 4;

} // namespace

staging::~staging() {
    for (auto const* each_way : {&up_, &down_}) {
        for (auto const& each : *each_way) {
            if (each->under_way) {
                try {
                    each->copied.synchronize();
                } catch (std::exception const&) {
                    // The context is broken: nothing is being copied any more.
                }
            }
        }
    }
}

void staging::require_same_size(std::int64_t from, std::int64_t to, site where) {
    if (from != to) {
        raise(cudaErrorInvalidValue, "copy between views of different sizes", where);
    }
}

staging::chunk& staging::free_chunk(ring& of, std::size_t i) {
    while (of.size() <= i) {
        of.push_back(std::make_unique<chunk>(chunk_bytes_));
    }
    auto& found = *of[i];
    if (found.under_way) {
        found.copied.synchronize();
        found.under_way = false;
    }
    return found;
}

void staging::upload_bytes(view<char const> from, view<char> to, stream const& on) {
    for (std::int64_t at = 0; at < from.size(); at += chunk_bytes_) {
        auto const size = std::min(chunk_bytes_, from.size() - at);
        auto& through = free_chunk(up_, next_up_++ % ring_size);
        std::memcpy(through.memory.view().data(), from.data() + at, static_cast<std::size_t>(size));
        copy_to_device<char>(through.memory.view().subview(0, size), to.subview(at, size), on);
        through.copied.record(on);
        through.under_way = true;
    }
}

void staging::download_bytes(view<char const> from, view<char> to, stream const& on) {
    auto const chunks = (from.size() + chunk_bytes_ - 1) / chunk_bytes_;
    auto const piece = [&](std::int64_t i) { return std::min(chunk_bytes_, from.size() - i * chunk_bytes_); };
    for (std::int64_t asked = 0, taken = 0; taken < chunks; ++taken) {
        for (; asked < chunks && asked < taken + static_cast<std::int64_t>(ring_size); ++asked) {
            auto& through = free_chunk(down_, static_cast<std::size_t>(asked) % ring_size);
            copy_to_host<char>(from.subview(asked * chunk_bytes_, piece(asked)),
                               through.memory.view().subview(0, piece(asked)), on);
            through.copied.record(on);
            through.under_way = true;
        }
        auto& through = free_chunk(down_, static_cast<std::size_t>(taken) % ring_size);
        std::memcpy(to.data() + taken * chunk_bytes_, through.memory.view().data(),
                    static_cast<std::size_t>(piece(taken)));
    }
}

} // namespace newsgpu::cuda
