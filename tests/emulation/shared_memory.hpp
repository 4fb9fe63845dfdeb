#pragma once

#include <cstddef>
#include <vector>

namespace emulation {

/// The shared memory of the block that runs: each object is an allocation of its own, so that what lies
/// around it is out of bounds for the sanitizers.
class shared_memory {
public:
    ~shared_memory() { clear(); }

    /// @throw fault if it is more than a block of sm_90 can have.
    void start(std::size_t dynamic_bytes);
    void clear();

    void* object(void const* tag, std::size_t bytes, std::size_t alignment);
    void* dynamic() const { return dynamic_; }
    bool contains(void const* address) const;

private:
    struct entry {
        void const* tag;
        std::size_t bytes;
        void* at;
    };

    std::vector<entry> objects_;
    std::size_t static_bytes_ = 0, dynamic_bytes_ = 0;
    void* dynamic_ = nullptr;
    char token_ = 0;
};

} // namespace emulation
