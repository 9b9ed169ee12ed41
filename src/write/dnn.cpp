// SPDX-License-Identifier: Apache-2.0
#include "write/dnn.hpp"

#include <utility>

#include <fmt/core.h>

#include "base/error.hpp"
#include "write/dnn_network.hpp"
#include "write/formula_parts.hpp"
#include "write/formula_text.hpp"
#include "write/number_text.hpp"

namespace sinew::write {

namespace {
using model::FormulaId;

constexpr std::size_t most_parts = 10'000'000;

class DnnWriter {
  public:
    explicit DnnWriter(const model::Query& query) : query_(query), network_(dnn_network(query)) {}

    std::string write() {
        entries();
        conditions();
        domains();
        if (query_.precision) {
            add("\nprecision = {}\nreading = '{}'\n", query_.precision->steps.get_str(),
                query_.precision->reading == model::PrecisionReading::scaled ? "scaled" : "literal");
        }
        if (query_.objective) {
            add("\nobjective = '{} ", query_.objective->sense == model::Sense::minimize ? "minimize" : "maximize");
            text_ += form_text(query_.objective->form, names());
            text_ += "'\n";
        }
        return std::move(text_);
    }

  private:
    template <class... Values>
    void add(fmt::format_string<Values...> format, Values&&... values) {
        fmt::format_to(std::back_inserter(text_), format, std::forward<Values>(values)...);
    }

    TextNames names() const {
        return {
            [this](Variable variable) { return name(variable); },
            [this](model::BooleanVariable boolean) { return "(" + network_.boolean_names[boolean.index()] + " = 1)"; }};
    }
    const std::string& name(Variable variable) const { return network_.names[variable.index()]; }

    void entries() {
        text_ += "dnn = {\n";
        for (const DnnEntry& entry : network_.entries) {
            add("    '{}': ", entry.name);
            const bool listed = entry.phase || (!entry.activation.empty() && entry.activation != "relu");
            if (listed) text_ += '[';
            if (entry.phase) add("{}, ", *entry.phase);
            add("'{}'", entry.expression);
            if (!entry.activation.empty() && entry.activation != "relu") add(", '{}'", entry.activation);
            text_ += listed ? "],\n" : ",\n";
        }
        text_ += "}\n";
    }

    void conditions() {
        const auto is_true = [&](FormulaId id) { return id == query_.formulas.constant(true); };
        const std::string empty = empty_domains();
        if (is_true(query_.input_condition) && is_true(query_.output_condition) && empty.empty()) return;
        text_ += "\nconditions = {\n";
        condition("in", query_.input_condition, empty);
        condition("out", query_.output_condition, "");
        text_ += "}\n";
    }

    /// `more`: other conjuncts, as text.
    void condition(const char* key, FormulaId id, const std::string& more) {
        if (id == query_.formulas.constant(true) && more.empty()) return;
        if (tree_size(query_.formulas, id, most_parts) >= most_parts)
            throw UsageError(
                "the condition shares its parts so much that the dnn format, which cannot, "
                "would need a text without end");
        add("    '{}': '", key);
        if (!more.empty()) add("(and{} ", more);
        text_ += formula_text(query_.formulas, id, names());
        text_ += more.empty() ? "',\n" : ")',\n";
    }

    static bool is_empty(const model::Domain& domain) {
        if (!domain.values.empty() || !domain.lower || !domain.upper) return false;
        return domain.kind == model::DomainKind::integer ? ceil(*domain.lower) > floor(*domain.upper)
                                                         : *domain.lower > *domain.upper;
    }

    /// Bounds that contradict each other, which dnn text takes for a mistake in a domain, as conditions.
    std::string empty_domains() const {
        std::string text;
        for (const auto& [variable, domain] : query_.domains)
            if (is_empty(domain))
                text += fmt::format(" ({0} >= {1}) ({0} <= {2})", name(variable), exact_number(*domain.lower),
                                    exact_number(*domain.upper));
        return text;
    }

    void domains() {
        std::vector<std::pair<std::string, std::string>> lines;
        std::vector<bool> given(query_.network.variable_count(), false);
        for (const auto& [variable, domain] : query_.domains) {
            given[variable.index()] = true;
            lines.emplace_back(name(variable), domain_text(domain));
        }
        for (const Variable input : query_.network.input_variables())
            if (!given[input.index()] && !network_.used[input.index()]) lines.emplace_back(name(input), "real");
        for (const std::string& boolean : network_.boolean_names) lines.emplace_back(boolean, "int {0, 1}");
        if (lines.empty()) return;
        text_ += "\ndomains = {\n";
        for (const auto& [input, domain] : lines) add("    '{}': '{}',\n", input, domain);
        text_ += "}\n";
    }

    static std::string domain_text(const model::Domain& domain) {
        std::string text = domain.kind == model::DomainKind::integer ? "int" : "real";
        if (!domain.values.empty()) {
            for (std::size_t i = 0; i < domain.values.size(); ++i)
                text += (i == 0 ? " {" : ", ") + exact_number(domain.values[i]);
            return text + "}";
        }
        if ((!domain.lower && !domain.upper) || is_empty(domain)) return text;
        return fmt::format("{} [{}, {}]", text, domain.lower ? exact_number(*domain.lower) : "-inf",
                           domain.upper ? exact_number(*domain.upper) : "inf");
    }

    const model::Query& query_;
    DnnNetwork network_;
    std::string text_;
};
}  // namespace

std::string dnn_text(const model::Query& query) {
    return DnnWriter(query).write();
}

}  // namespace sinew::write
