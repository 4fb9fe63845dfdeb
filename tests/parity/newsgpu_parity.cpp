// newsgpu_parity [--scale N] [--device cuda:K] [--only NAME]... [--part I/N] [--places I/N] [--from-host]
// [FILE]: runs every stage, or the I-th of N parts of them, on the CPU and with CUDA, on FILE or on texts
// made to be difficult, with something at the edges of all tiles or at the I-th of N parts of these places;
// from the host's memory and from a corpus on the device, or from the host's alone; prints a line a stage
// with the number of differences. Exits 1 on any, 2 where a stage failed or an argument is wrong, 3 where
// there is no device.
#include <newsgpu/device_corpus.hpp>
#include <newsgpu/error.hpp>
#include <newsgpu/tokenize.hpp>

#include "backend.hpp"
#include "cases.hpp"
#include "machinery.hpp"
#include "primitives.hpp"
#include "stages.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>

namespace {

using namespace newsgpu;

std::string read_file(char const* path) {
    std::ifstream file{path, std::ios::binary};
    if (!file) {
        std::fprintf(stderr, "newsgpu_parity: cannot read %s\n", path);
        std::exit(2);
    }
    return {std::istreambuf_iterator<char>{file}, {}};
}

parity::share parse_share(char const* option, char const* text) {
    parity::share parsed;
    if (std::sscanf(text, "%zu/%zu", &parsed.number, &parsed.of) != 2 || parsed.number < 1 ||
        parsed.number > parsed.of) {
        std::fprintf(stderr, "newsgpu_parity: %s takes I/N with 1 <= I <= N, not '%s'\n", option, text);
        std::exit(2);
    }
    return parsed;
}

/// Says how much of the cases the search for words has left to ICU.
void print_word_tiles(std::vector<parity::test_case> const& cases, device where) {
    device_stats stats;
    execution run{where};
    run.stats = &stats;
    for (auto const& each : cases) {
        cuda::limit_batches(each.batch_bytes);
        count_tokens(each.view(), {.kind = token_kind::words}, run);
    }
    std::printf("of %lld tiles of words %lld were not ASCII, %lld partly left to ICU\n",
                static_cast<long long>(stats.word_tiles), static_cast<long long>(stats.general_word_tiles),
                static_cast<long long>(stats.exact_word_tiles));
}

/// The differences of a stage over all cases; those of a case go to stderr.
std::int64_t run_stage(parity::stage const& stage, std::vector<parity::test_case> const& cases, device where,
                       bool from_host) {
    std::int64_t differences = 0;
    auto const run = [&](parity::test_case const& each, corpus_view corpus, char const* how) {
        auto const found = stage.differences(corpus, where);
        if (found != 0) {
            std::fprintf(stderr, "%s: %s%s: %lld differences\n", stage.name.c_str(), each.name.c_str(), how,
                         static_cast<long long>(found));
        }
        differences += found;
    };
    for (auto const& each : cases) {
        cuda::limit_batches(each.batch_bytes);
        auto const corpus = each.view();
        run(each, corpus, "");
        if (!stage.resident_too || from_host) {
            continue;
        }
        device_corpus const resident{corpus, where};
        run(each, resident, ", resident");
        if (corpus.size() > 2) {
            // Not all of it, so that neither end is where the copy on the device is parted.
            run(each, resident.view().subview(1, corpus.size() - 2), ", a part of a resident one");
        }
    }
    return differences;
}

} // namespace

int main(int argc, char** argv) {
    int scale = 1;
    auto where = device::cuda();
    std::vector<std::string> only; ///< parts of the names of the stages to run; all without
    parity::share part, places;
    bool from_host = false;
    std::vector<parity::test_case> cases;
    for (int i = 1; i < argc; ++i) {
        if (std::strcmp(argv[i], "--scale") == 0 && i + 1 < argc) {
            scale = std::atoi(argv[++i]);
        } else if (std::strcmp(argv[i], "--device") == 0 && i + 1 < argc) {
            where = device::parse(argv[++i]);
        } else if (std::strcmp(argv[i], "--only") == 0 && i + 1 < argc) {
            only.emplace_back(argv[++i]);
        } else if (std::strcmp(argv[i], "--part") == 0 && i + 1 < argc) {
            part = parse_share("--part", argv[++i]);
        } else if (std::strcmp(argv[i], "--places") == 0 && i + 1 < argc) {
            places = parse_share("--places", argv[++i]);
        } else if (std::strcmp(argv[i], "--from-host") == 0) {
            from_host = true;
        } else {
            cases = parity::cases_of(read_file(argv[i]));
        }
    }
    if (cases.empty()) {
        cases = parity::all_cases(scale, places);
    }
    if (auto const found = cuda::find_devices(); found.count == 0) {
        std::fprintf(stderr, "newsgpu_parity: %s\n", found.why_none);
        return 3;
    }
    std::int64_t differences = 0;
    auto stages = parity::machinery_stages();
    stages.push_back({"instructions and primitives", parity::primitive_differences});
    for (auto& each : parity::all_stages()) {
        stages.push_back(std::move(each));
    }
    auto const is_left_out = [&](parity::stage const& stage) {
        auto const is_named = [&](auto const& name) { return stage.name.find(name) != std::string::npos; };
        return !only.empty() && std::none_of(only.begin(), only.end(), is_named);
    };
    if (std::erase_if(stages, is_left_out); stages.empty()) {
        std::fprintf(stderr, "newsgpu_parity: no stage has '%s' in its name\n", only.front().c_str());
        return 2;
    }
    for (auto i = part.number - 1; i < stages.size(); i += part.of) {
        auto const& stage = stages[i];
        try {
            auto const found =
                stage.alone != nullptr ? stage.alone(where) : run_stage(stage, cases, where, from_host);
            std::printf("%-28s %lld differences\n", stage.name.c_str(), static_cast<long long>(found));
            differences += found;
        } catch (std::exception const& failure) {
            std::printf("FAULT: %s: %s\n", stage.name.c_str(), failure.what());
            return 2;
        }
    }
    if (only.empty() && part.number == 1) {
        print_word_tiles(cases, where);
    }
    return differences == 0 ? 0 : 1;
}
