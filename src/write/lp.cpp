// SPDX-License-Identifier: Apache-2.0
#include "write/lp.hpp"

#include <algorithm>
#include <utility>

#include <fmt/core.h>

#include "bounds/mixed_program.hpp"
#include "write/number_text.hpp"

namespace sinew::write {

namespace {
constexpr std::size_t longest_decimal = 40;
constexpr std::size_t terms_a_line = 8;

class LpWriter {
  public:
    explicit LpWriter(const model::Query& query) : query_(query), program_(bounds::mixed_program(query, "LP")) {}

    std::string write() {
        objective();
        text_ += "Subject To\n";
        std::size_t number = 0;
        for (const Row& row : program_.rows) add_row(row, ++number);
        sections();
        return std::move(text_);
    }

  private:
    using Row = bounds::MixedProgram::Row;

    template <class... Values>
    void add(fmt::format_string<Values...> format, Values&&... values) {
        fmt::format_to(std::back_inserter(text_), format, std::forward<Values>(values)...);
    }

    void objective() {
        text_ += "\\ written by sinew; strict comparisons are written as their closures\n";
        const bool maximize = query_.objective && query_.objective->sense == model::Sense::maximize;
        add("{}\n obj:", maximize ? "Maximize" : "Minimize");
        if (query_.objective && !query_.objective->form.is_constant()) {
            std::vector<std::pair<std::size_t, Rational>> of_objective;
            for (const LinearTerm& term : query_.objective->form.terms())
                of_objective.emplace_back(term.variable.index(), term.coefficient);
            terms(of_objective, 1);
        } else {
            add(" 0 {}", program_.columns.empty() ? "nothing" : program_.columns[0].name);
        }
        if (query_.objective && query_.objective->form.constant() != 0)
            add("\n\\ and the constant {}", to_string(query_.objective->form.constant()));
        text_ += '\n';
    }

    /// What makes all numbers of a row decimals that end soon: 1, or the common denominator.
    static Rational scale_of(const Row& row) {
        Integer common = 1;
        bool decimals = true;
        const auto look = [&](const Rational& value) {
            const std::string text = exact_decimal(value);
            decimals = decimals && !text.empty() && text.size() <= longest_decimal;
            mpz_lcm(common.get_mpz_t(), common.get_mpz_t(), value.get_den_mpz_t());
        };
        for (const auto& [column, coefficient] : row.terms) look(coefficient);
        look(row.right);
        return decimals ? Rational(1) : Rational(common);
    }

    void terms(const std::vector<std::pair<std::size_t, Rational>>& all, const Rational& scale) {
        std::size_t count = 0;
        for (const auto& [column, coefficient] : all) {
            if (count++ == terms_a_line) {
                text_ += "\n  ";
                count = 1;
            }
            const Rational size = abs(coefficient) * scale;
            add(" {} {}{}{}", sgn(coefficient) < 0 ? '-' : '+', size == 1 ? "" : exact_decimal(size),
                size == 1 ? "" : " ", program_.columns[column].name);
        }
    }

    void add_row(const Row& row, std::size_t number) {
        using Relation = bounds::MixedProgram::Relation;
        const Rational scale = scale_of(row);
        add(" r{}:", number);
        if (row.indicator != bounds::MixedProgram::none) add(" {} = 1 ->", program_.columns[row.indicator].name);
        terms(row.terms, scale);
        add(" {} {}\n",
            row.relation == Relation::at_most    ? "<="
            : row.relation == Relation::at_least ? ">="
                                                 : "=",
            exact_decimal(row.right * scale));
    }

    void sections() {
        text_ += "Bounds\n";
        const auto number = [](const std::optional<Rational>& value, bool up, const char* absent) -> std::string {
            if (!value) return absent;
            const std::string text = exact_decimal(*value);
            if (!text.empty() && text.size() <= longest_decimal) return text;
            return fmt::format("{}", up ? to_double_above(*value) : to_double_below(*value));
        };
        std::string generals;
        std::string binaries;
        for (const auto& column : program_.columns) {
            if (column.is_binary)
                binaries += fmt::format(" {}\n", column.name);
            else if (!column.lower && !column.upper)
                add(" {} free\n", column.name);
            else
                add(" {} <= {} <= {}\n", number(column.lower, false, "-inf"), column.name,
                    number(column.upper, true, "+inf"));
            if (column.is_integer && !column.is_binary) generals += fmt::format(" {}\n", column.name);
        }
        if (!generals.empty()) text_ += "Generals\n" + generals;
        if (!binaries.empty()) text_ += "Binaries\n" + binaries;
        text_ += "End\n";
    }

    const model::Query& query_;
    bounds::MixedProgram program_;
    std::string text_;
};
}  // namespace

std::string lp_text(const model::Query& query) {
    return LpWriter(query).write();
}

}  // namespace sinew::write
