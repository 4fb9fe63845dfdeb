#include "shared_memory.hpp"

#include "sanitizer.hpp"
#include "settings.hpp"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <new>

namespace emulation {

namespace {

// CUDA programming guide, technical specifications: static objects, and all of a block on sm_90.
constexpr std::size_t max_static_bytes = 48 * 1024;
constexpr std::size_t max_block_bytes = 227 * 1024;

void* allocate(std::size_t bytes, std::size_t alignment) {
    void* made = nullptr;
    if (posix_memalign(&made, std::max(alignment, sizeof(void*)), bytes) != 0) {
        throw std::bad_alloc{};
    }
    std::memset(made, poison_byte(), bytes);
    mark_uninitialised(made, bytes);
    return made;
}

void check_total(std::size_t bytes) {
    if (bytes > max_block_bytes) {
        throw fault{"shared memory: " + std::to_string(bytes) + " bytes, a block of sm_90 has 227 KiB"};
    }
}

bool inside(void const* address, void const* begin, std::size_t bytes) {
    return address >= begin && address < static_cast<std::byte const*>(begin) + bytes;
}

} // namespace

void shared_memory::start(std::size_t dynamic_bytes) {
    clear();
    check_total(dynamic_bytes);
    dynamic_bytes_ = dynamic_bytes;
    dynamic_ = dynamic_bytes > 0 ? allocate(dynamic_bytes, 16) : nullptr;
}

void shared_memory::clear() {
    for (auto const& object : objects_) {
        std::free(object.at);
    }
    objects_.clear();
    static_bytes_ = 0;
    std::free(dynamic_);
    dynamic_ = nullptr;
    dynamic_bytes_ = 0;
}

void* shared_memory::object(void const* tag, std::size_t bytes, std::size_t alignment) {
    acquire(&token_); // that the object is made, not what is in it, comes before every use
    for (auto const& object : objects_) {
        if (object.tag == tag) {
            return object.at;
        }
    }
    static_bytes_ += bytes;
    if (static_bytes_ > max_static_bytes) {
        throw fault{"static shared memory: " + std::to_string(static_bytes_) + " bytes, the limit is 48 KiB"};
    }
    check_total(static_bytes_ + dynamic_bytes_);
    objects_.push_back({tag, bytes, allocate(bytes, alignment)});
    release(&token_);
    return objects_.back().at;
}

bool shared_memory::contains(void const* address) const {
    return std::any_of(objects_.begin(), objects_.end(),
                       [&](entry const& object) { return inside(address, object.at, object.bytes); }) ||
           (dynamic_ != nullptr && inside(address, dynamic_, dynamic_bytes_));
}

} // namespace emulation
