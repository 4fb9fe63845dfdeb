#include <newsgpu/newsgpu.hpp>

#include "cpu/normalizer.hpp"
#include "cpu/segmenter.hpp"
#include "cpu/simd_level.hpp"
#include "cpu/token_reader.hpp"

#include <benchmark/benchmark.h>

// The stages of the text engine, one thread, at each level of instructions. Text is made here so that the
// program needs no files; bench/peers.py measures on real news beside other libraries.

namespace {

using namespace newsgpu;
using cpu::simd_level;

string_column make_text(bool chinese) {
    // Different sentences from few words: branch predictors and caches meet more than one page over and over.
    static constexpr char const* english[] = {"The ",  "U.S. ",   "economy ",  "grew ",   "3.2% ",
                                              "in ",   "March, ", "didn't ",   "it? ",    "Officials ",
                                              "said ", "on ",     "Tuesday. ", "prices ", "rose "};
    static constexpr char const* han[] = {"\u4E2D\u56FD", "\u7ECF\u6D4E",
                                          "\u589E\u957F", "\uFF0C",
                                          "\u4E3B\u5E2D", "\u4F1A\u8BAE",
                                          "\u7684",       "\u3002",
                                          "\u53D1\u5C55", "2026\u5E74",
                                          "\u5728",       "\u5317\u4EAC",
                                          "\u4E3E\u884C", "\u793E\u4F1A\u4E3B\u4E49",
                                          "\u4EBA\u6C11"};
    string_column column;
    std::uint64_t state = 1;
    for (int doc = 0; doc < 4'000; ++doc) {
        std::string text;
        while (text.size() < 1'000) {
            state = state * 6364136223846793005u + 1442695040888963407u;
            text +=
                chinese ? han[(state >> 33) % std::size(han)] : english[(state >> 33) % std::size(english)];
        }
        column.push_back(text);
    }
    return column;
}

string_column const& text_of(benchmark::State const& state) {
    static auto const english = make_text(false), chinese = make_text(true);
    return state.range(0) != 0 ? chinese : english;
}

template <class Work>
void run(benchmark::State& state, Work work) {
    auto const level = static_cast<simd_level>(state.range(1));
    if (level > cpu::best_simd_level()) {
        state.SkipWithError("this processor does not have the level");
        return;
    }
    cpu::override_simd_level(level);
    auto const& column = text_of(state);
    for (auto _ : state) {
        work(column);
    }
    state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(column.bytes.size()));
    state.SetLabel(std::string{state.range(0) != 0 ? "zh " : "en "} + std::string{cpu::name_of(level)});
    cpu::override_simd_level(std::nullopt);
}

execution const one_thread{device::cpu(), 1};

void count_words(benchmark::State& state) {
    run(state, [](corpus_view corpus) { benchmark::DoNotOptimize(count_tokens(corpus, {}, one_thread)); });
}
void count_sklearn(benchmark::State& state) {
    run(state, [](corpus_view corpus) {
        benchmark::DoNotOptimize(count_tokens(corpus, {.kind = token_kind::sklearn}, one_thread));
    });
}
void tokenize_words(benchmark::State& state) {
    run(state, [](corpus_view corpus) { benchmark::DoNotOptimize(tokenize(corpus, {}, one_thread)); });
}
void read_batches(benchmark::State& state) {
    run(state, [](corpus_view corpus) {
        cpu::for_each_piece("reading", 1, one_thread, [&](std::int64_t, cpu::worker& self) {
            cpu::token_reader reader{{}};
            std::int64_t tokens = 0;
            for (std::int64_t doc = 0; doc < corpus.size(); ++doc) {
                reader.read_batches(corpus[doc], self,
                                    [&](cpu::token_batch const& batch) { tokens += batch.size(); });
            }
            benchmark::DoNotOptimize(tokens);
        });
    });
}
void normalize_nfkc_casefold(benchmark::State& state) {
    run(state, [](corpus_view corpus) {
        benchmark::DoNotOptimize(normalize(corpus, normalization::nfkc_casefold, one_thread));
    });
}

void levels(benchmark::internal::Benchmark* bench) {
    bench->ArgsProduct({{0, 1}, {0, 1, 2}});
}

BENCHMARK(count_words)->Apply(levels);
BENCHMARK(count_sklearn)->Apply(levels);
BENCHMARK(tokenize_words)->Apply(levels);
BENCHMARK(read_batches)->Apply(levels);
BENCHMARK(normalize_nfkc_casefold)->Apply(levels);

} // namespace

BENCHMARK_MAIN();
