#pragma once

#include "cpu/text_cutter.hpp"

namespace newsgpu::cpu {

/// Cuts text into the tokens that properties of single characters decide: those of every token_kind but
/// `words` and `segments`.
class character_cutter final : public text_cutter {
public:
    explicit character_cutter(token_kind kind, simd_level level = simd_level_in_use());

    void cut(std::string_view document, worker& self, part_visitor& visitor) override;
    segment_counts count(std::string_view document, worker& self) override;

private:
    struct long_part {
        std::int64_t end;
        element::segment_kind kind;
    };
    long_part find_long_part(std::string_view document, std::int64_t at) const;

    token_kind kind_;
    character_kernel const* kernel_;
    character_tables tables_{};
    windows windows_;
};

} // namespace newsgpu::cpu
