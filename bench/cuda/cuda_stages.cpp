// cuda_stages FILE [--device cuda:K] [--repeat N]: how long the kernels of each stage take for FILE, a
// document a line, that lies in the device's memory, and how fast this machine copies. A line a measurement,
// as JSON, with every repetition.
//
// Answers are compared with the CPU's before anything is timed. A repetition is as many rounds as take some
// milliseconds, so that the host's wait at its end does not count.
#include <newsgpu/error.hpp>
#include <newsgpu/normalize.hpp>
#include <newsgpu/tokenize.hpp>

#include "cuda/device_text.cuh"
#include "cuda/forms.cuh"
#include "cuda/segments.cuh"
#include "cuda/staging.cuh"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <functional>
#include <iterator>
#include <string>

namespace {

using namespace newsgpu;
using namespace newsgpu::cuda;

string_column read_lines(char const* path) {
    std::ifstream file{path, std::ios::binary};
    if (!file) {
        throw std::runtime_error{std::string{"cannot read "} + path};
    }
    string_column lines;
    for (std::string line; std::getline(file, line);) {
        line += '\n';
        lines.push_back(line);
    }
    return lines;
}

class stopwatch {
public:
    stopwatch(stream on, int repeat) : on_{std::move(on)}, repeat_{repeat} {}

    /// Prints how long `work`, which puts something into the stream, takes for `num_bytes`.
    void measure(std::string const& what, std::int64_t num_bytes, std::function<void()> const& work) const {
        work();
        std::int64_t rounds = 1;
        while (seconds(work, rounds) < 0.005 && rounds < 1000) {
            rounds *= 2;
        }
        std::printf(R"({"stage": "%s", "bytes": %lld, "seconds": [)", what.c_str(),
                    static_cast<long long>(num_bytes));
        for (int i = 0; i < repeat_; ++i) {
            std::printf("%s%.9g", i == 0 ? "" : ", ", seconds(work, rounds) / static_cast<double>(rounds));
        }
        std::printf("]}\n");
    }

private:
    double seconds(std::function<void()> const& work, std::int64_t rounds) const {
        on_.synchronize();
        auto const begin = std::chrono::steady_clock::now();
        for (std::int64_t i = 0; i < rounds; ++i) {
            work();
        }
        on_.synchronize();
        return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    }

    stream on_;
    int repeat_;
};

void measure_copies(stopwatch const& watch, stream const& on) {
    constexpr std::int64_t size = std::int64_t{64} << 20;
    pinned_buffer<char> host{size};
    device_buffer<char> a{size, on};
    device_buffer<char> b{size, on};
    std::memset(host.view().data(), 1, size);
    watch.measure("copy: host to device", size, [&] { copy_to_device<char>(host.view(), a.view(), on); });
    watch.measure("copy: device to host", size, [&] { copy_to_host<char>(a.view(), host.view(), on); });
    watch.measure("copy: on the device", size, [&] { copy_on_device<char>(a.view(), b.view(), on); });
}

void require(bool same, std::string const& what) {
    if (!same) {
        throw std::runtime_error{what + ": the device gives another answer than the CPU"};
    }
}

void measure_tokens(stopwatch const& watch, string_column const& lines, text_view text, token_kind kind,
                    std::string const& name, device where, stream const& on) {
    tokenizer const how{.kind = kind};
    require(count_tokens(lines, how, where) == count_tokens(lines, how, device::cpu()), name);
    segments found{text.num_bytes, kind, on};
    watch.measure("kernels: count " + name, text.num_bytes, [&] {
        find_segments(text, kind, found.view(), on);
        auto const counts = count_before_documents(text, found.view(), on);
    });
    auto const num_tokens =
        to_host(count_before_documents(text, found.view(), on).view(), text.offsets.size() - 1, on);
    watch.measure("kernels: tokenize " + name, text.num_bytes, [&] {
        find_segments(text, kind, found.view(), on);
        auto const counts = count_before_documents(text, found.view(), on);
        auto const listed = list_tokens(found.view(), num_tokens, 0, on);
    });
}

void measure_form(stopwatch const& watch, string_column const& lines, text_view text, normalization form,
                  std::string const& name, device where, stream const& on) {
    auto const there = normalize(lines, form, where);
    auto const here = normalize(lines, form, device::cpu());
    require(there.bytes == here.bytes && there.offsets == here.offsets, name);
    form_table const table{form, on};
    measured found{text.num_bytes, on};
    // Without what the host adds for code points that interact: its room is there, it is not written.
    measure_form(text, table.view(), {}, found.view(), on);
    auto const total = to_host(sum_lengths(text, table.view(), {}, found.view(), on).documents.view(),
                               text.offsets.size() - 1, on);
    auto const num_sigmas = static_cast<std::int64_t>(to_host(found.num_special.view(), 1, on));
    device_buffer<char> out{(total + 3) / 4 * 4, on};
    device_buffer<open_sigma> sigmas{num_sigmas, on};
    watch.measure("kernels: " + name, text.num_bytes, [&] {
        cuda::measure_form(text, table.view(), {}, found.view(), on);
        auto const sums = sum_lengths(text, table.view(), {}, found.view(), on);
        write_form(text, table.view(), {}, found.view(), sums.chunks.const_view(), out.view(), sigmas.view(),
                   on);
    });
}

int run(int argc, char** argv) {
    char const* path = nullptr;
    auto where = device::cuda();
    int repeat = 9;
    for (int i = 1; i < argc; ++i) {
        if (std::strcmp(argv[i], "--device") == 0 && i + 1 < argc) {
            where = device::parse(argv[++i]);
        } else if (std::strcmp(argv[i], "--repeat") == 0 && i + 1 < argc) {
            repeat = std::atoi(argv[++i]);
        } else {
            path = argv[i];
        }
    }
    if (path == nullptr || repeat < 1 || where.type != device::kind::cuda) {
        std::fprintf(stderr, "usage: cuda_stages FILE [--device cuda:K] [--repeat N]\n");
        return 2;
    }
    auto const lines = read_lines(path);
    device_guard const guard{where.index};
    stream const on{where.index};
    stopwatch const watch{on, repeat};
    measure_copies(watch, on);

    staging copies{std::int64_t{4} << 20};
    device_text const text{lines, {}, on, copies};
    measure_tokens(watch, lines, text.view(), token_kind::characters, "characters", where, on);
    measure_tokens(watch, lines, text.view(), token_kind::whitespace, "whitespace", where, on);
    measure_form(watch, lines, text.view(), normalization::nfkc_casefold, "nfkc_casefold", where, on);
    measure_form(watch, lines, text.view(), normalization::nfc, "nfc", where, on);
    return 0;
}

} // namespace

int main(int argc, char** argv) {
    try {
        return run(argc, argv);
    } catch (device_unavailable const& error) {
        std::fprintf(stderr, "cuda_stages: %s\n", error.what());
        return 3;
    } catch (std::exception const& error) {
        std::fprintf(stderr, "cuda_stages: %s\n", error.what());
        return 1;
    }
}
