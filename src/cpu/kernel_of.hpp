#pragma once

#include "cpu/ascii_loops.hpp"
#include "cpu/character_loops.hpp"
#include "cpu/normalize_loops.hpp"
#include "cpu/position_loops.hpp"
#include "cpu/segment_loops.hpp"

namespace newsgpu::cpu {

/// All loops of one level.
template <class Vector, class Scan>
constexpr segment_kernel kernel_of() {
    using segments = segment_loops<Vector, Scan>;
    using positions = position_loops<Scan>;
    using forms = normalize_loops<Vector>;
    return {&segments::cut_ascii,
            &segments::cut_any,
            &segments::count_ascii,
            &segments::count_any,
            character_loops<Vector, Scan, element::word_run_rule>::kernel,
            character_loops<Vector, Scan, element::word_character_run_rule>::kernel,
            character_loops<Vector, Scan, element::character_rule>::kernel,
            character_loops<Vector, Scan, element::space_run_rule>::kernel,
            &positions::template find_parts<false>,
            &positions::template find_parts<true>,
            &positions::template place_parts<false>,
            &positions::template place_parts<true>,
            &forms::is_ascii,
            &forms::mark_others,
            &ascii_loops<Vector>::template scan<false>,
            &ascii_loops<Vector>::template scan<true>,
            &forms::copy_lowered,
            {{&forms::template map_simple<false, false>, &forms::template map_simple<false, true>},
             {&forms::template map_simple<true, false>, &forms::template map_simple<true, true>}},
            &forms::template measure<false>,
            &forms::template measure<true>};
}

} // namespace newsgpu::cpu
