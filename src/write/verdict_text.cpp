// SPDX-License-Identifier: Apache-2.0
#include "write/verdict_text.hpp"

#include <algorithm>
#include <iterator>
#include <vector>

#include <fmt/core.h>

#include "write/number_text.hpp"
#include "write/witness_facts.hpp"

namespace sinew::write {

namespace {
using Row = std::vector<std::string>;

/// Columns padded to their widest cell (cells wider than 40 do not widen the column).
void append_table(std::string& text, const std::vector<Row>& rows) {
    std::vector<std::size_t> width;
    for (const Row& row : rows) {
        width.resize(std::max(width.size(), row.size()));
        for (std::size_t c = 0; c < row.size(); ++c)
            if (row[c].size() <= 40) width[c] = std::max(width[c], row[c].size());
    }
    for (const Row& row : rows) {
        for (std::size_t c = 0; c < row.size(); ++c) {
            const std::size_t padded = c + 1 == row.size() ? 0 : width[c];
            fmt::format_to(std::back_inserter(text), "  {:<{}}", row[c], padded);
        }
        text += "\n";
    }
}

/// The value, or the interval in which it was proved to lie.
std::string exact_text(const NamedValue& value) {
    if (value.radius == 0) return to_string(value.exact);
    const DecimalInterval interval = decimal_interval(value.exact, value.radius);
    return fmt::format("[{}, {}]", interval.lower, interval.upper);
}

void append_values(std::string& text, std::string_view title, const std::vector<NamedValue>& values, bool has_float32) {
    if (values.empty()) return;
    text += fmt::format("{}\n", title);
    std::vector<Row> rows{{"", "exact", "decimal"}};
    if (has_float32) rows.front().emplace_back("float32");
    for (const NamedValue& value : values) {
        rows.push_back({value.name, exact_text(value), to_decimal(value.exact)});
        if (has_float32) rows.back().push_back(fmt::format("{}", value.float32));
    }
    append_table(text, rows);
}

/// The atoms that decide come first: what holds, nearest to its boundary first, then what does not.
void append_margins(std::string& text, std::vector<Margin> margins, bool has_float32) {
    constexpr std::size_t most = 20;
    if (margins.empty()) return;
    std::ranges::stable_sort(margins, [](const Margin& a, const Margin& b) {
        return a.holds != b.holds ? a.holds : cmp(abs(a.exact), abs(b.exact)) < 0;
    });
    text += "margins of the output condition\n";
    std::vector<Row> rows{{"", "", "exact"}};
    if (has_float32) rows.front().emplace_back("float32");
    for (std::size_t i = 0; i < std::min(most, margins.size()); ++i) {
        const Margin& margin = margins[i];
        rows.push_back({margin.atom,
                        margin.holds       ? "holds"
                        : margin.undecided ? "undecided"
                                           : "fails",
                        to_decimal(margin.exact, 9)});
        if (has_float32) rows.back().push_back(margin.float32 ? to_decimal(*margin.float32, 9) : "overflow");
    }
    append_table(text, rows);
    if (margins.size() > most) text += fmt::format("  and {} more\n", margins.size() - most);
}
void append_witness(std::string& text, const model::Query& query, const model::Witness& witness) {
    const WitnessFacts facts = witness_facts(query, witness);
    append_values(text, "inputs", facts.inputs, facts.has_float32);
    for (std::size_t b = 0; b < facts.booleans.size(); ++b)
        text +=
            fmt::format("{}  {} {}\n", b == 0 ? "booleans\n" : "", facts.booleans[b].first, facts.booleans[b].second);
    append_values(text, "outputs", facts.outputs, facts.has_float32);
    append_margins(text, facts.margins, facts.has_float32);
    if (!facts.has_float32) return;
    text += fmt::format("float32 replay: the output condition {}{}\n", facts.float32_outputs_hold ? "holds" : "fails",
                        facts.float32_inputs_hold ? "" : "; the inputs rounded to float32 leave the input condition");
}
}  // namespace

std::string verdict_text(const model::Query& query, const model::Verdict& verdict) {
    std::string text = fmt::format("{}\n", model::to_string(verdict.status));
    if (!verdict.reason.empty()) text += fmt::format("reason: {}\n", verdict.reason);
    if (verdict.witness) append_witness(text, query, *verdict.witness);
    if (!verdict.decided_by.empty()) text += fmt::format("decided by: {}\n", verdict.decided_by);
    return text;
}

std::string assignment_text(const model::Query& query, const model::Witness& witness) {
    std::string text;
    const auto append = [&](Variable variable) {
        const double radius = witness.radii.empty() ? 0 : witness.radii[variable.index()];
        const NamedValue value{query.name(variable), witness.values[variable.index()], radius, 0};
        text += fmt::format("{} = {}\n", value.name, exact_text(value));
    };
    for (const Variable input : query.network.input_variables()) append(input);
    for (const Variable output : query.outputs) append(output);
    for (std::size_t b = 0; b < query.boolean_names.size(); ++b)
        text += fmt::format("{} = {}\n", query.boolean_names[b], witness.booleans[b]);
    return text;
}

}  // namespace sinew::write
