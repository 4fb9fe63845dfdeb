#include "machinery.hpp"

#include <newsgpu/near_duplicates.hpp>
#include <newsgpu/normalize.hpp>
#include <newsgpu/shared_passages.hpp>
#include <newsgpu/tokenize.hpp>

#include "backend.hpp"
#include "cuda/staging.cuh"
#include "element/hash.hpp"

#include <algorithm>
#include <memory>
#include <stdexcept>
#include <string>

namespace newsgpu::parity {

namespace {

/// Tiles of words are 1920 bytes; what is in the middle of one is in no other's halo.
std::string tiles_with(std::vector<std::string> const& middles) {
    constexpr std::size_t tile_bytes = 1920;
    std::string text;
    for (auto const& middle : middles) {
        auto const end = text.size() + tile_bytes;
        text.resize(text.size() + tile_bytes / 2, 'a');
        text += ' ' + middle + ' ';
        text.resize(end, 'a');
    }
    return text;
}

/// The first calls for a kind copy its tables to the device, in the stream of their first batch; the second
/// one reads them in another stream. The stage has to come before all others.
std::int64_t table_differences(device where) {
    string_column column;
    for (int doc = 0; doc < 8; ++doc) {
        column.push_back("News of \u4E0A\u6D77, \u00E9t\u00E9\u3000\u2003\u0E44\u0E17\u0E22 42");
    }
    cuda::limit_batches(60);
    std::int64_t differences = 0;
    for (auto const kind : {token_kind::characters, token_kind::sklearn, token_kind::words}) {
        tokenizer const how{.kind = kind};
        differences += count_tokens(column, how, where) != count_tokens(column, how, device::cpu());
    }
    cuda::limit_batches(0);
    return differences;
}

std::int64_t tile_differences(device where) {
    auto const thai = "\u0E44\u0E17\u0E22", han = "\u4E0A\u6D77", hindi = "\u0928\u092E";
    string_column column;
    column.push_back(tiles_with({"b", han, thai, "c", thai, "d", thai, hindi, "e", thai}));
    device_stats stats;
    execution run{where};
    run.stats = &stats;
    count_tokens(column, {.kind = token_kind::words}, run);
    // A word of three letters of Thai, of three bytes each, in four tiles.
    return (stats.word_tiles != 10) + (stats.general_word_tiles != 6) + (stats.exact_word_tiles != 4) +
           (stats.exact_word_bytes != 4 * 9);
}

/// The device's memory has what was given to staging, though the staging is gone before the stream has come
/// to the copy and another one takes its page-locked memory.
std::int64_t staging_differences(device where) {
    cuda::device_guard const guard{where.index};
    constexpr std::int64_t size = 50'000, chunk = 1 << 14;
    cuda::stream const first{where.index}, second{where.index};
    cuda::device_buffer<char> a{size, first}, b{size, second};
    std::string const ones(size, '1'), twos(size, '2');
    auto const upload = [&](std::string const& from, cuda::device_buffer<char>& to, cuda::stream const& on) {
        auto copies = std::make_unique<cuda::staging>(chunk);
        copies->upload<char>({from.data(), size}, to.view(), on);
    };
    upload(ones, a, first);
    upload(twos, b, second);
    auto const found_a = cuda::to_host(a.const_view(), first),
               found_b = cuda::to_host(b.const_view(), second);
    return size - std::count(found_a.begin(), found_a.end(), '1') + size -
           std::count(found_b.begin(), found_b.end(), '2');
}

/// Stops a call when it has asked so often.
struct stop_after : monitor {
    explicit stop_after(int times) : left{times} {}
    void poll(char const*, double) override {
        if (left-- == 0) {
            throw std::runtime_error{"stopped"};
        }
    }
    int left;
};

/// Calls that are stopped between two batches, and others behind them, which take over their memory.
std::int64_t stopped_differences(device where) {
    auto const text_of = [](std::string const& line) {
        string_column made;
        for (int doc = 0; doc < 40; ++doc) {
            std::string text;
            for (int i = 0; i <= doc; ++i) {
                text += line;
            }
            made.push_back(text);
        }
        return made;
    };
    auto const one = text_of("News of THE day, \u65B0\u95FB 42. \u00C9t\u00E9\n"),
               two = text_of("a b \u4E2D\n");
    tokenizer const how{.kind = token_kind::characters};
    auto const expected_counts = count_tokens(two, how, device::cpu());
    auto const expected_form = normalize(two, normalization::nfkc_casefold, device::cpu());
    cuda::limit_batches(1000);
    std::int64_t differences = 0;
    auto const is_stopped = [&](int times, auto const& call) {
        stop_after watch{times};
        execution run{where};
        run.monitor = &watch;
        try {
            call(run);
            return false;
        } catch (std::runtime_error const&) {
            return true;
        }
    };
    for (int times = 1; times < 7; ++times) {
        differences += !is_stopped(times, [&](execution const& run) { count_tokens(one, how, run); });
        differences += count_tokens(two, how, where) != expected_counts;
        differences += !is_stopped(
            times, [&](execution const& run) { normalize(one, normalization::nfkc_casefold, run); });
        auto const form = normalize(two, normalization::nfkc_casefold, where);
        differences += form.bytes != expected_form.bytes || form.offsets != expected_form.offsets;
    }
    // Wherever it is stopped, nothing that is under way reads what is gone.
    auto const expected_passages = shared_passages(one, {.min_tokens = 3}, how, device::cpu());
    auto const find_passages = [&](execution const& run) {
        auto const found = shared_passages(one, {.min_tokens = 3}, how, run);
        differences += found.left_end != expected_passages.left_end;
    };
    for (int times = 0; is_stopped(times, find_passages); ++times) {
    }
    cuda::limit_batches(0);
    return differences;
}

/// Bitmaps rule out most pairs of sets that have a few shingles in common: only the number of those that are
/// left says whether they are right.
std::int64_t compared_pairs(device where) {
    constexpr std::int64_t num_documents = 150;
    string_column column;
    std::uint64_t drawn = 5;
    for (std::int64_t doc = 0; doc < num_documents; ++doc) {
        std::string text;
        for (int word = 0; word < 60; ++word) {
            drawn = element::mix(drawn);
            text += std::to_string(drawn % 400) + " ";
        }
        column.push_back(text);
    }
    near_duplicate_options options;
    options.method = duplicate_method::exact;
    options.n = 1;
    options.threshold = 0.3;
    auto const compared = near_duplicates(column, options, where).stats.candidates;
    return compared < num_documents * num_documents / 8 ? 0 : compared;
}

} // namespace

std::vector<stage> machinery_stages() {
    return {{"tables read by two streams", table_differences},
            {"tiles of words", tile_differences},
            {"staging that goes before its copies", staging_differences},
            {"calls behind stopped ones", stopped_differences},
            {"pairs that an exact join compares", compared_pairs}};
}

} // namespace newsgpu::parity
