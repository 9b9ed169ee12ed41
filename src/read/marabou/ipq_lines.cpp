// SPDX-License-Identifier: Apache-2.0
#include "read/marabou/ipq_lines.hpp"

#include <algorithm>
#include <unordered_map>

#include <fmt/core.h>

#include "base/error.hpp"
#include "base/number_text.hpp"
#include "base/utf8.hpp"
#include "exact/decimal.hpp"
#include "model/distant_numbers.hpp"

namespace sinew::read::marabou {

namespace {
constexpr std::size_t most_variables = 50'000'000;

class Reader {
  public:
    Reader(std::string_view text, const std::string& name) : text_(text), name_(name) {}

    InputQuery read() {
        query_.variable_count = single_number("the number of variables");
        const std::size_t lower = single_number("the number of lower bounds");
        const std::size_t upper = single_number("the number of upper bounds");
        const std::size_t equations = single_number("the number of equations");
        const std::size_t constraints = single_number("the number of constraints");
        read_list(query_.inputs, "inputs");
        read_list(query_.outputs, "outputs");
        for (std::size_t i = 0; i < lower; ++i) read_bound(lower_);
        for (std::size_t i = 0; i < upper; ++i) read_bound(upper_);
        for (std::size_t i = 0; i < equations; ++i) read_equation();
        for (std::size_t i = 0; i < constraints; ++i) read_constraint();
        if (next_line()) fail("the query goes on after its last constraint", "the end of the file");
        query_.variable_count += added_;
        join_inequalities();
        if (model::are_distant(query_.variable_count, mentions_)) renumber();
        query_.lower.resize(query_.variable_count);
        query_.upper.resize(query_.variable_count);
        for (auto& [variable, value] : lower_) query_.lower[variable] = std::move(value);
        for (auto& [variable, value] : upper_) query_.upper[variable] = std::move(value);
        return std::move(query_);
    }

  private:
    [[noreturn]] void fail(const std::string& message, const std::string& expected) const {
        throw InputError({name_, line_, 0}, message, expected);
    }

    /// Splits the next line that is not empty into cells_; false at the end.
    bool next_line() {
        while (begin_ < text_.size()) {
            const std::size_t end = std::min(text_.find('\n', begin_), text_.size());
            std::string_view line = text_.substr(begin_, end - begin_);
            begin_ = end + 1;
            ++line_;
            while (!line.empty() && (line.back() == '\r' || line.back() == ' ')) line.remove_suffix(1);
            if (line.empty()) continue;
            cells_.clear();
            for (std::size_t from = 0; from <= line.size();) {
                const std::size_t to = std::min(line.find(',', from), line.size());
                cells_.push_back(line.substr(from, to - from));
                from = to + 1;
            }
            return true;
        }
        return false;
    }

    void need_line(std::size_t cells, const std::string& expected) {
        if (!next_line()) {
            ++line_;
            fail("the query ends too early", expected);
        }
        if (cells_.size() < cells) fail(fmt::format("the line has {} cells", cells_.size()), expected);
    }

    std::size_t whole(std::string_view cell, std::size_t most, const std::string& expected) const {
        const std::optional<std::uint64_t> value = parse_count(cell, most);
        if (!value) fail("'" + printable(cell) + "' is not " + expected, expected);
        return *value;
    }
    std::size_t variable(std::string_view cell) {
        ++mentions_;
        const std::size_t value = whole(cell, most_variables, "a variable");
        if (value >= query_.variable_count)
            fail(fmt::format("there is no variable {}", value), fmt::format("0 to {}", query_.variable_count - 1));
        return value;
    }
    Rational number(std::string_view cell) const {
        const std::optional<Rational> value = parse_number(cell);
        if (!value) fail("'" + printable(cell) + "' is no number", "a decimal number");
        if (outgrows(*value, cell)) fail("the number " + printable(cell) + " is too large or too small", "");
        return *value;
    }

    std::size_t single_number(const std::string& expected) {
        need_line(1, expected);
        return whole(cells_[0], most_variables, expected);
    }

    void read_list(std::vector<std::size_t>& list, const std::string& what) {
        const std::size_t count = single_number("the number of " + what);
        for (std::size_t i = 0; i < count; ++i) {
            need_line(2, "index,variable");
            if (whole(cells_[0], most_variables, "an index") != i)
                fail("the " + what + " are out of order", std::to_string(i));
            list.push_back(variable(cells_[1]));
        }
    }

    using Bounds = std::vector<std::pair<std::size_t, Rational>>;

    void read_bound(Bounds& bounds) {
        need_line(2, "variable,value");
        bounds.emplace_back(variable(cells_[0]), number(cells_[1]));
    }

    /// Calls `visit` with every number of a variable in the query, to be changed.
    template <class Visit>
    void for_each_variable(Visit visit) {
        for (auto* list : {&query_.inputs, &query_.outputs})
            for (std::size_t& variable : *list) visit(variable);
        for (Bounds* bounds : {&lower_, &upper_})
            for (auto& [variable, value] : *bounds) visit(variable);
        for (Equation& equation : query_.equations) {
            std::vector<LinearTerm> terms = equation.form.terms();
            for (LinearTerm& term : terms) {
                std::size_t variable = term.variable.index();
                visit(variable);
                term.variable = Variable(variable);
            }
            equation.form = LinearForm(std::move(terms), equation.form.constant());
        }
        for (Constraint& constraint : query_.constraints) {
            visit(constraint.input);
            visit(constraint.output);
        }
    }

    void renumber() {
        for_each_variable([&](std::size_t variable) { query_.names.push_back(variable); });
        std::ranges::sort(query_.names);
        query_.names.erase(std::unique(query_.names.begin(), query_.names.end()), query_.names.end());
        for_each_variable([&](std::size_t& variable) {
            const auto place = std::lower_bound(query_.names.begin(), query_.names.end(), variable);
            variable = static_cast<std::size_t>(place - query_.names.begin());
        });
        query_.variable_count = query_.names.size();
    }

    /// index,type,scalar,variable,coefficient,…
    void read_equation() {
        need_line(5, "index,type,scalar,variable,coefficient,…");
        if (cells_.size() % 2 == 0) fail("a coefficient is missing", "pairs of variable and coefficient");
        Equation equation;
        equation.line = line_;
        const std::size_t type = whole(cells_[1], 2, "0 (=), 1 (>=) or 2 (<=)");
        std::vector<LinearTerm> terms;
        for (std::size_t i = 3; i < cells_.size(); i += 2)
            terms.push_back({Variable(variable(cells_[i])), number(cells_[i + 1])});
        equation.form = LinearForm(std::move(terms), -number(cells_[2]));
        equation.relation = type == 0 ? model::Relation::equal : model::Relation::less_equal;
        if (type == 1) equation.form.scale(-1);
        query_.equations.push_back(std::move(equation));
    }

    /// index,kind,output,input, and variables that Marabou adds for the distances of the output
    void read_constraint() {
        need_line(4, "index,kind,output,input");
        const std::string_view kind = cells_[1];
        const bool is_absolute = kind == "absoluteValue";
        Constraint constraint;
        constraint.line = line_;
        if (kind == "relu" || is_absolute)
            constraint.kind = model::ActivationKind::relu;
        else if (kind == "sigmoid")
            constraint.kind = model::ActivationKind::sigmoid;
        else if (kind != "sign")
            fail("the constraint '" + printable(kind) + "' is not supported", "sign, relu, absoluteValue or sigmoid");
        const std::size_t with_distances = kind == "relu" ? 5 : is_absolute ? 6 : 4;
        if (cells_.size() != 4 && cells_.size() != with_distances)
            fail(fmt::format("the line has {} cells", cells_.size()),
                 with_distances == 4   ? "index,kind,output,input"
                 : with_distances == 5 ? "index,relu,output,input or index,relu,output,input,aux"
                                       : "index,absoluteValue,output,input, perhaps with two more variables");
        const std::size_t output = variable(cells_[2]);
        const std::size_t input = variable(cells_[3]);
        // relu: aux = output - input; of an absolute value, the distances from both of its lines.
        if (cells_.size() > 4) equate(variable(cells_[4]), {{Variable(output), 1}, {Variable(input), -1}});
        if (cells_.size() > 5) equate(variable(cells_[5]), {{Variable(output), 1}, {Variable(input), 1}});
        constraint.input = input;
        constraint.output = output;
        if (is_absolute) {  // |input| = 2 relu(input) - input
            constraint.output = query_.variable_count + added_++;
            equate(output, {{Variable(constraint.output), 2}, {Variable(input), -1}});
        }
        query_.constraints.push_back(constraint);
    }

    /// variable = Σ terms
    void equate(std::size_t variable, std::vector<LinearTerm> terms) {
        Equation equation;
        equation.line = line_;
        equation.relation = model::Relation::equal;
        terms.push_back({Variable(variable), -1});
        equation.form = LinearForm(std::move(terms), 0);
        query_.equations.push_back(std::move(equation));
    }

    /// form <= 0 and -form <= 0 are one equation, wherever they stand.
    void join_inequalities() {
        const auto text_of = [](const LinearForm& form) {
            std::string text = form.constant().get_str();
            for (const LinearTerm& term : form.terms())
                text += fmt::format(" {}:{}", term.variable.index(), term.coefficient.get_str());
            return text;
        };
        std::unordered_map<std::string, std::size_t> seen;
        std::vector<Equation> joined;
        for (Equation& equation : query_.equations) {
            if (equation.relation == model::Relation::less_equal) {
                LinearForm opposite = equation.form;
                opposite.scale(-1);
                const auto found = seen.find(text_of(opposite));
                if (found != seen.end() && joined[found->second].relation == model::Relation::less_equal) {
                    joined[found->second].relation = model::Relation::equal;
                    continue;
                }
                seen.emplace(text_of(equation.form), joined.size());
            }
            joined.push_back(std::move(equation));
        }
        query_.equations = std::move(joined);
    }

    std::string_view text_;
    const std::string& name_;
    std::size_t begin_ = 0;
    std::size_t line_ = 0;
    std::vector<std::string_view> cells_;
    std::vector<std::pair<std::size_t, Rational>> lower_;
    std::vector<std::pair<std::size_t, Rational>> upper_;
    std::size_t mentions_ = 0;
    std::size_t added_ = 0;  ///< variables of our own, behind those of the query
    InputQuery query_;
};
}  // namespace

InputQuery parse_lines(std::string_view text, const std::string& name) {
    return Reader(text, name).read();
}

}  // namespace sinew::read::marabou
