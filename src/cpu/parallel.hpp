#pragma once

#include <newsgpu/code_units.hpp>
#include <newsgpu/execution.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

// The only threading of the CPU backend. Work is cut into pieces that depend on the input alone, never on the
// number of threads, so whatever is made per piece and joined in piece order is the same for any number.

namespace newsgpu::cpu {

/// Bytes between what threads write at the same time: processors fetch lines of 64 in pairs.
inline constexpr std::size_t separate_lines = 128;

namespace detail {
class team;
}

/// What a piece of work knows about who runs it.
class worker {
public:
    /// Below `num_workers()`: an index for scratch memory that one thread keeps.
    int id() const { return id_; }

    /// Ends the work early if the caller wants to stop. Call it at least every few milliseconds in long
    /// pieces.
    /// @throw whatever the monitor threw, on the calling thread.
    void checkpoint();

private:
    friend class detail::team;
    worker(detail::team& team, int id) : team_{&team}, id_{id} {}
    detail::team* team_;
    int id_;
};

/// How many workers a call with this execution has.
int num_workers(execution const& run);

/// Runs `body(piece, worker)` for every piece in [0, num_pieces), in no particular order, though each is
/// begun after those before it. The first exception of any piece stops the rest and is thrown here.
void for_each_piece(char const* stage, std::int64_t num_pieces, execution const& run,
                    std::function<void(std::int64_t, worker&)> const& body);

/// How many slices of `size` items there are in `count` items; the last one may be shorter.
constexpr std::int64_t num_slices(std::int64_t count, std::int64_t size) {
    return (count + size - 1) / size;
}

/// Items `[first, last)`, the slice with this number.
struct slice {
    std::int64_t number, first, last;
};

/// Runs `body(slice, worker)` for every slice of `size` of `count` items, each a piece.
template <class Body>
void for_each_slice(char const* stage, std::int64_t count, std::int64_t size, execution const& run,
                    Body const& body) {
    for_each_piece(stage, num_slices(count, size), run, [&](std::int64_t number, worker& self) {
        body(slice{number, number * size, std::min((number + 1) * size, count)}, self);
    });
}

/// A run of whole documents.
struct document_range {
    std::int64_t first, last;
};

/// Cuts documents into runs of about `target_bytes` (at least one document each).
std::vector<document_range> document_ranges(unit_documents documents, std::int64_t target_bytes = 1 << 18);

} // namespace newsgpu::cpu
