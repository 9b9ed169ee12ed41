// SPDX-License-Identifier: Apache-2.0
#include "read/marabou/ipq_lines.hpp"

#include <algorithm>
#include <limits>
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
        for (std::size_t i = 0; i < lower; ++i) read_bound(lower_, 1);
        for (std::size_t i = 0; i < upper; ++i) read_bound(upper_, -1);
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
            if (cells_.size() > 1 && cells_.back().empty()) cells_.pop_back();  // Marabou's disjunctions end in a comma
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

    /// A bound at infinity is none: as a word, or as the largest double, which is Marabou's.
    void read_bound(Bounds& bounds, int side) {
        need_line(2, "variable,value");
        const std::size_t bounded = variable(cells_[0]);
        if (const int infinite = infinity_of(cells_[1]); infinite != 0) {
            if (infinite == side)
                fail(fmt::format("the {} bound of variable {} is {}: no number is there", side > 0 ? "lower" : "upper",
                                 bounded, printable(cells_[1])),
                     "a number, or no bound");
            return;
        }
        bounds.emplace_back(bounded, number(cells_[1]));
    }

    /// 1 or -1 for an infinity, 0 for all else.
    static int infinity_of(std::string_view cell) {
        std::string_view word = cell;
        const bool is_negative = word.starts_with('-');
        if (is_negative || word.starts_with('+')) word.remove_prefix(1);
        std::string small(word);
        std::ranges::transform(small, small.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? char(c + 32) : c; });
        static const Rational largest = to_rational(std::numeric_limits<double>::max());
        bool is_infinite = small == "inf" || small == "infinity";
        constexpr std::size_t digits_of_largest = 309;
        if (!is_infinite && (word.size() >= digits_of_largest || small.find('e') != std::string::npos))
            if (const std::optional<Rational> value = parse_number(word)) is_infinite = *value >= largest;
        if (!is_infinite) return 0;
        return is_negative ? -1 : 1;
    }

    /// Calls `visit` with every number of a variable in the query, to be changed.
    template <class Visit>
    void for_each_variable(Visit visit) {
        for (auto* list : {&query_.inputs, &query_.outputs})
            for (std::size_t& variable : *list) visit(variable);
        for (Bounds* bounds : {&lower_, &upper_})
            for (auto& [variable, value] : *bounds) visit(variable);
        const auto visit_equation = [&](Equation& equation) {
            std::vector<LinearTerm> terms = equation.form.terms();
            for (LinearTerm& term : terms) {
                std::size_t variable = term.variable.index();
                visit(variable);
                term.variable = Variable(variable);
            }
            equation.form = LinearForm(std::move(terms), equation.form.constant());
        };
        for (Equation& equation : query_.equations) visit_equation(equation);
        for (Constraint& constraint : query_.constraints) {
            for (std::size_t& input : constraint.inputs) visit(input);
            visit(constraint.output);
        }
        for (Disjunction& disjunction : query_.disjunctions)
            for (std::vector<Equation>& disjunct : disjunction.disjuncts)
                for (Equation& equation : disjunct) visit_equation(equation);
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
        const std::size_t type = whole(cells_[1], 2, types);
        std::vector<LinearTerm> terms;
        for (std::size_t i = 3; i < cells_.size(); i += 2)
            terms.push_back({Variable(variable(cells_[i])), number(cells_[i + 1])});
        query_.equations.push_back(inequality(std::move(terms), cells_[2], type));
    }
    static constexpr const char* types = "0 (=), 1 (>=) or 2 (<=)";

    /// index,kind, and what Marabou's serializeToString() writes of that kind.
    void read_constraint() {
        need_line(3, "index,kind,…");
        const std::string_view kind = cells_[1];
        if (kind == "relu") return read_relu();
        if (kind == "absoluteValue") return read_absolute_value();
        if (kind == "leaky_relu") return read_leaky_relu();
        if (kind == "max") return read_maximum();
        if (kind == "disj") return read_disjunction();
        if (kind == "bilinear") return read_product();
        if (kind == "sign") return read_function(model::Activation{model::ActivationKind::sign, 0, {}, {}});
        if (kind == "sigmoid") return read_function(model::Activation{model::ActivationKind::sigmoid, 0, {}, {}});
        if (kind == "round") return read_function(std::nullopt);
        if (kind == "softmax")
            fail("the constraint 'softmax' is not supported: no engine of sinew has quotients of exponentials", kinds);
        fail("the constraint '" + printable(kind) + "' is not supported", kinds);
    }
    static constexpr const char* kinds =
        "relu, leaky_relu, max, absoluteValue, sign, disj, sigmoid, round, or bilinear with a fixed factor";

    [[noreturn]] void fail_cells(const std::string& expected) const {
        fail(fmt::format("the line has {} cells", cells_.size()), expected);
    }
    void need_cells(std::size_t least, std::size_t most, const std::string& expected) const {
        if (cells_.size() != least && cells_.size() != most) fail_cells(expected);
    }

    void add_function(const model::Activation& activation, std::size_t output, std::size_t input) {
        query_.constraints.push_back({Constraint::Kind::activation, activation, {input}, {}, output, line_});
    }

    /// kind,output,input; without an activation it is rounded.
    void read_function(const std::optional<model::Activation>& activation) {
        need_cells(4, 4, "index,kind,output,input");
        const std::size_t output = variable(cells_[2]);
        const std::size_t input = variable(cells_[3]);
        if (activation) return add_function(*activation, output, input);
        query_.constraints.push_back({Constraint::Kind::rounding, {}, {input}, {}, output, line_});
    }

    /// relu,output,input,aux: aux = output - input
    void read_relu() {
        need_cells(4, 5, "index,relu,output,input or index,relu,output,input,aux");
        const std::size_t output = variable(cells_[2]);
        const std::size_t input = variable(cells_[3]);
        if (cells_.size() > 4) equate(variable(cells_[4]), {{Variable(output), 1}, {Variable(input), -1}});
        add_function({model::ActivationKind::relu, 0, {}, {}}, output, input);
    }

    /// leaky_relu,output,input,slope, and the distances from both lines: output - input, output - slope·input
    void read_leaky_relu() {
        need_cells(5, 7, "index,leaky_relu,output,input,slope, perhaps with two more variables");
        const std::size_t output = variable(cells_[2]);
        const std::size_t input = variable(cells_[3]);
        const Rational slope = number(cells_[4]);
        if (cells_.size() > 5) {
            equate(variable(cells_[5]), {{Variable(output), 1}, {Variable(input), -1}});
            equate(variable(cells_[6]), {{Variable(output), 1}, {Variable(input), -slope}});
        }
        add_function({model::ActivationKind::leaky_relu, slope, {}, {}}, output, input);
    }

    /// absoluteValue,output,input, and the distances from both lines: output - input, output + input
    void read_absolute_value() {
        need_cells(4, 6, "index,absoluteValue,output,input, perhaps with two more variables");
        const std::size_t output = variable(cells_[2]);
        const std::size_t input = variable(cells_[3]);
        if (cells_.size() > 4) {
            equate(variable(cells_[4]), {{Variable(output), 1}, {Variable(input), -1}});
            equate(variable(cells_[5]), {{Variable(output), 1}, {Variable(input), 1}});
        }
        const std::size_t positive = query_.variable_count + added_++;  // |input| = 2 relu(input) - input
        equate(output, {{Variable(positive), 2}, {Variable(input), -1}});
        add_function({model::ActivationKind::relu, 0, {}, {}}, positive, input);
    }

    /// max,output,element,…, and "e", whether elements have been eliminated, and their greatest value
    void read_maximum() {
        constexpr const char* expected = "index,max,output,element,…, perhaps with e,1,value or e,0,0";
        Constraint constraint;
        constraint.kind = Constraint::Kind::maximum;
        constraint.line = line_;
        constraint.output = variable(cells_[2]);
        std::size_t at = 3;
        for (; at < cells_.size() && cells_[at] != "e"; ++at) constraint.inputs.push_back(variable(cells_[at]));
        if (at < cells_.size()) {
            if (cells_.size() != at + 3) fail_cells(expected);
            if (whole(cells_[at + 1], 1, "0 or 1") == 1) constraint.constant = number(cells_[at + 2]);
        }
        if (constraint.inputs.empty() && !constraint.constant) fail("a maximum of nothing", expected);
        if (!constraint.inputs.empty()) return query_.constraints.push_back(std::move(constraint));
        equate(constraint.output, {});
        query_.equations.back().form.add_constant(*constraint.constant);
    }

    /// bilinear,factor,factor,product: a factor whose bounds meet is a number.
    void read_product() {
        need_cells(5, 5, "index,bilinear,factor,factor,product");
        const std::size_t product = variable(cells_[4]);
        for (const std::size_t place : {2U, 3U}) {
            const std::optional<Rational> value = fixed_value(variable(cells_[place]));
            if (!value) continue;
            return equate(product, {{Variable(variable(cells_[5 - place])), *value}});
        }
        fail(
            "the constraint 'bilinear' is not supported between two variables that are not fixed: no engine of sinew "
            "multiplies variables of a query of Marabou",
            "a factor with equal bounds");
    }

    /// The value of a variable whose bounds meet.
    std::optional<Rational> fixed_value(std::size_t variable) {
        if (fixed_.empty() && !lower_.empty()) {
            std::unordered_map<std::size_t, const Rational*> upper;
            for (const auto& [bounded, value] : upper_) upper[bounded] = &value;
            for (const auto& [bounded, value] : lower_) {
                const auto other = upper.find(bounded);
                if (other != upper.end() && *other->second == value) fixed_[bounded] = value;
            }
        }
        const auto found = fixed_.find(variable);
        return found == fixed_.end() ? std::nullopt : std::optional(found->second);
    }

    /// disj,count, and of each disjunct: its bounds' number, then l|u,variable,value; its equations' number, then
    /// l|g|e,number of addends, coefficient,variable,…,scalar. Bounds may also be variable,type,value with the types of
    /// equations, and a last 0 be missing.
    void read_disjunction() {
        std::size_t at = 2;
        const std::string expected =
            "index,disj,disjuncts, and of each its bounds (l|u,variable,value) and equations "
            "(l|g|e,addends,coefficient,variable,…,scalar) behind their numbers";
        const auto next = [&]() -> std::string_view {
            if (at == cells_.size()) fail("the disjunction ends too early", expected);
            return cells_[at++];
        };
        const auto next_count = [&] { return whole(next(), most_variables, "a number of things"); };
        Disjunction disjunction;
        const std::size_t disjuncts = next_count();
        for (std::size_t d = 0; d < disjuncts; ++d) {
            std::vector<Equation> parts;
            for (std::size_t left = next_count(); left > 0; --left) {
                const std::string_view first = next();
                const bool is_lettered = first == "l" || first == "u";
                const std::size_t bounded = variable(is_lettered ? next() : first);
                const std::size_t type = is_lettered ? (first == "l" ? 1 : 2) : whole(next(), 2, types);
                parts.push_back(inequality({{Variable(bounded), 1}}, next(), type));
            }
            const bool is_over = at == cells_.size() && d + 1 == disjuncts;
            for (std::size_t left = is_over ? 0 : next_count(); left > 0; --left) {
                const std::string_view letter = next();
                const std::size_t place = std::string_view("egl").find(letter);
                if (letter.size() != 1 || place == std::string_view::npos)
                    fail("'" + printable(letter) + "' is no relation of a disjunct", "e (=), g (>=) or l (<=)");
                std::vector<LinearTerm> terms;
                for (std::size_t addends = next_count(); addends > 0; --addends) {
                    Rational coefficient = number(next());
                    terms.push_back({Variable(variable(next())), std::move(coefficient)});
                }
                parts.push_back(inequality(std::move(terms), next(), place));
            }
            disjunction.disjuncts.push_back(std::move(parts));
        }
        if (at != cells_.size()) fail("the disjunction goes on after its last disjunct", expected);
        query_.disjunctions.push_back(std::move(disjunction));
    }

    /// Σ terms ⋈ scalar; type 0: =, 1: >=, 2: <=.
    Equation inequality(std::vector<LinearTerm> terms, std::string_view scalar, std::size_t type) const {
        Equation equation;
        equation.line = line_;
        equation.form = LinearForm(std::move(terms), -number(scalar));
        equation.relation = type == 0 ? model::Relation::equal : model::Relation::less_equal;
        if (type == 1) equation.form.scale(-1);
        return equation;
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
    std::unordered_map<std::size_t, Rational> fixed_;  ///< made when it is asked for
    std::size_t mentions_ = 0;
    std::size_t added_ = 0;  ///< variables of our own, behind those of the query
    InputQuery query_;
};
}  // namespace

InputQuery parse_lines(std::string_view text, const std::string& name) {
    return Reader(text, name).read();
}

}  // namespace sinew::read::marabou
