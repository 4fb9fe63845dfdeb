#pragma once

#include <pybind11/numpy.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <new>
#include <optional>

#ifdef __linux__
#include <sys/mman.h>
#endif

// UTF-8 of Python's str, taken from its code units: PyUnicode_AsUTF8 would leave a cached copy on the
// caller's string.

namespace newsgpu::python {

/// Bytes that grow in place. `realloc` moves the pages of a large block instead of copying them, so a corpus
/// is gathered in about its own size; capacity that was never written takes no memory.
class growing_bytes {
public:
    growing_bytes() = default;
    explicit growing_bytes(std::size_t expected) { reserve(std::max<std::size_t>(expected, 1)); }

    /// Where `count` more bytes may be written; they become part of the text through `advance_to`.
    char* room(std::size_t count) {
        if (count > capacity_ - size_) {
            reserve(std::max(size_ + count, capacity_ + capacity_ / 2));
        }
        return data_.get() + size_;
    }
    void advance_to(char const* end) { size_ = static_cast<std::size_t>(end - data_.get()); }

    void append(char const* bytes, std::size_t count) {
        if (count != 0) {
            char* to = room(count);
            std::memcpy(to, bytes, count);
            advance_to(to + count);
        }
    }

    std::size_t size() const { return size_; }
    char const* data() const { return data_.get(); }

    /// The bytes as a NumPy array that owns them.
    pybind11::array_t<std::uint8_t> to_numpy() && {
        reserve(std::max<std::size_t>(size_, 1));
        auto* bytes = reinterpret_cast<std::uint8_t*>(data_.release());
        pybind11::capsule const keeper{bytes, [](void* held) { std::free(held); }};
        return pybind11::array_t<std::uint8_t>{static_cast<pybind11::ssize_t>(size_), bytes, keeper};
    }

private:
    struct releaser {
        void operator()(char* bytes) const { std::free(bytes); }
    };

    void reserve(std::size_t capacity) {
        void* moved = std::realloc(data_.get(), capacity);
        if (moved == nullptr) {
            throw std::bad_alloc{};
        }
        static_cast<void>(data_.release());
        data_.reset(static_cast<char*>(moved));
        capacity_ = capacity;
        ask_for_large_pages();
    }

    // Fresh memory costs a fault a page; with pages of 2 MiB the faults of a corpus vanish (NumPy asks for
    // them too).
    void ask_for_large_pages() {
#ifdef __linux__
        constexpr std::size_t worthwhile = std::size_t{1} << 22;
        constexpr std::uintptr_t page = 4096;
        if (capacity_ >= worthwhile) {
            auto const first = (reinterpret_cast<std::uintptr_t>(data_.get()) + page - 1) / page * page;
            auto const end = reinterpret_cast<std::uintptr_t>(data_.get()) + capacity_;
            madvise(reinterpret_cast<void*>(first), end - first, MADV_HUGEPAGE);
        }
#endif
    }

    std::unique_ptr<char, releaser> data_;
    std::size_t size_ = 0;
    std::size_t capacity_ = 0;
};

constexpr bool is_surrogate(std::uint32_t c) {
    return (c & 0xFFFF'F800) == 0xD800;
}

/// Writes one code point, no surrogate, and returns where the next goes.
inline char* put_utf8(std::uint32_t c, char* to) {
    auto const put = [&](std::uint32_t bits) { *to++ = static_cast<char>(static_cast<unsigned char>(bits)); };
    if (c < 0x80) {
        put(c);
    } else if (c < 0x800) {
        put(0xC0 | c >> 6);
        put(0x80 | (c & 0x3F));
    } else if (c < 0x10000) {
        put(0xE0 | c >> 12);
        put(0x80 | (c >> 6 & 0x3F));
        put(0x80 | (c & 0x3F));
    } else {
        put(0xF0 | c >> 18);
        put(0x80 | (c >> 12 & 0x3F));
        put(0x80 | (c >> 6 & 0x3F));
        put(0x80 | (c & 0x3F));
    }
    return to;
}

/// Units looked at together: news is long runs of ASCII or of ideographs, with others strewn in.
inline constexpr int run_length = 8;

template <class Unit>
bool is_ascii_run(Unit const* units) {
    std::uint32_t bits = 0;
    for (int i = 0; i < run_length; ++i) {
        bits |= units[i];
    }
    return bits < 0x80;
}

/// Whether each unit becomes three bytes: in [0x800, 0x10000) and no surrogate.
template <class Unit>
bool is_three_byte_run(Unit const* units) {
    unsigned outside = 0;
    for (int i = 0; i < run_length; ++i) {
        std::uint32_t const c = units[i];
        outside |= static_cast<unsigned>(c < 0x800) | static_cast<unsigned>(c > 0xFFFF) |
                   static_cast<unsigned>(is_surrogate(c));
    }
    return outside == 0;
}

/// Appends the UTF-8 of `length` code points that CPython holds as Latin-1, UCS-2 or UCS-4.
/// @return the index of the first lone surrogate, where nothing is appended.
template <class Unit>
std::optional<std::int64_t> append_units(Unit const* units, std::int64_t length, growing_bytes& out) {
    constexpr auto most_bytes = std::min<std::size_t>(sizeof(Unit) + 1, 4);
    char* to = out.room(static_cast<std::size_t>(length) * most_bytes);
    std::int64_t i = 0;
    while (i < length) {
        for (; length - i >= run_length && is_ascii_run(units + i); i += run_length) {
            for (int k = 0; k < run_length; ++k) {
                to[k] = static_cast<char>(units[i + k]);
            }
            to += run_length;
        }
        if constexpr (sizeof(Unit) > 1) {
            for (; length - i >= run_length && is_three_byte_run(units + i); i += run_length) {
                for (int k = 0; k < run_length; ++k) {
                    std::uint32_t const c = units[i + k];
                    to[3 * k] = static_cast<char>(0xE0 | c >> 12);
                    to[3 * k + 1] = static_cast<char>(0x80 | (c >> 6 & 0x3F));
                    to[3 * k + 2] = static_cast<char>(0x80 | (c & 0x3F));
                }
                to += 3 * run_length;
            }
        }
        for (auto const end = std::min(i + run_length, length); i < end; ++i) {
            if (is_surrogate(units[i])) {
                return i;
            }
            to = put_utf8(units[i], to);
        }
    }
    out.advance_to(to);
    return std::nullopt;
}

/// Makes the code units of a `str` readable: before Python 3.12 it could lack them.
inline void make_ready([[maybe_unused]] PyObject* text) {
#if PY_VERSION_HEX < 0x030C0000
    if (PyUnicode_READY(text) != 0) {
        throw pybind11::error_already_set{};
    }
#endif
}

/// The most bytes that a document can take.
inline std::size_t most_utf8_bytes(PyObject* item) {
    if (PyBytes_Check(item)) {
        return static_cast<std::size_t>(PyBytes_GET_SIZE(item));
    }
    if (!PyUnicode_Check(item)) {
        return 0;
    }
    auto const length = static_cast<std::size_t>(PyUnicode_GET_LENGTH(item));
    return PyUnicode_IS_ASCII(item) ? length : length * std::min<std::size_t>(PyUnicode_KIND(item) + 1, 4);
}

/// Appends a `str`. @return the index of its first lone surrogate, where nothing is appended.
inline std::optional<std::int64_t> append_str(PyObject* text, growing_bytes& out) {
    make_ready(text);
    auto const length = PyUnicode_GET_LENGTH(text);
    auto const* data = PyUnicode_DATA(text);
    if (PyUnicode_IS_ASCII(text)) {
        out.append(static_cast<char const*>(data), static_cast<std::size_t>(length));
        return std::nullopt;
    }
    switch (PyUnicode_KIND(text)) {
    case PyUnicode_1BYTE_KIND:
        return append_units(static_cast<Py_UCS1 const*>(data), length, out);
    case PyUnicode_2BYTE_KIND:
        return append_units(static_cast<Py_UCS2 const*>(data), length, out);
    default:
        return append_units(static_cast<Py_UCS4 const*>(data), length, out);
    }
}

} // namespace newsgpu::python
