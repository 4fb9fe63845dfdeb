#pragma once

#include "cpu/ascii_loops.hpp"
#include "cpu/character_loops.hpp"
#include "cpu/normalize_loops.hpp"
#include "cpu/position_loops.hpp"
#include "cpu/segment_loops.hpp"
#include "cpu/word_loops.hpp"

namespace newsgpu::cpu {

/// All loops of one level.
template <class Vector, class Scan>
constexpr segment_kernel kernel_of() {
    using segments = segment_loops<Vector, Scan>;
    using positions = position_loops<Scan>;
    using forms = normalize_loops<Vector>;
    return {
        .cut_ascii = &segments::cut_ascii,
        .cut_any = &segments::cut_any,
        .count_ascii = &segments::count_ascii,
        .count_any = &segments::count_any,
        .word_runs = character_loops<Vector, Scan, element::word_run_rule>::kernel,
        .word_character_runs = character_loops<Vector, Scan, element::word_character_run_rule>::kernel,
        .characters = character_loops<Vector, Scan, element::character_rule>::kernel,
        .space_runs = character_loops<Vector, Scan, element::space_run_rule>::kernel,
        .find_tokens = &positions::template find_parts<false>,
        .find_segments = &positions::template find_parts<true>,
        .place_tokens = &positions::template place_parts<false>,
        .place_segments = &positions::template place_parts<true>,
        .is_ascii = &forms::is_ascii,
        .mark_others = &forms::mark_others,
        .scan_ascii_runs = &ascii_loops<Vector>::template scan<false>,
        .scan_ascii_words = &ascii_loops<Vector>::template scan<true>,
        .scan_ascii_segments = &ascii_loops<Vector>::scan_segments,
        .look_up_words = &word_loops<Vector>::look_up,
        .copy_lowered = &forms::copy_lowered,
        .map_simple = {{&forms::template map_simple<false, false>, &forms::template map_simple<false, true>},
                       {&forms::template map_simple<true, false>, &forms::template map_simple<true, true>}},
        .measure_plain = &forms::template measure<false>,
        .measure_lowered = &forms::template measure<true>,
    };
}

} // namespace newsgpu::cpu
