// SPDX-License-Identifier: Apache-2.0
#include "support/random_program.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace support {

namespace {
using Values = std::vector<std::int64_t>;
using Number = std::function<std::int64_t(const Values&)>;
using Check = std::function<bool(const Values&)>;

/// An argument: how it is written and what it is worth.
struct Argument {
    std::string text;
    Number value;
};

class Generator {
  public:
    Generator(sinew::Random& random, const ProgramShape& shape) : random_(random), shape_(shape) {
        for (std::size_t i = 0; i < shape.integers; ++i) add_integer(i);
        for (std::size_t i = 0; i < shape.booleans; ++i) {
            domains_.push_back({0, 1});
            text_ += fmt::format("var bool: b{} :: output_var;\n", i);
        }
    }

    RandomProgram make(bool optimise, bool enumerate) {
        for (std::size_t i = 0; i < shape_.constraints; ++i) add_constraint();
        text_ += confinement_;
        RandomProgram program;
        program.has_objective = optimise;
        program.maximizes = random_.chance(0.5);
        text_ += random_.chance(0.3) ? "solve :: int_search([x0,x1],first_fail,indomain_max,complete) " : "solve ";
        text_ += !optimise ? "satisfy;\n" : program.maximizes ? "maximize x0;\n" : "minimize x0;\n";
        program.text = text_;
        if (enumerate) try_all(program);
        return program;
    }

  private:
    void add_integer(std::size_t i) {
        const std::int64_t lower = random_.integer(-4, 3);
        std::set<std::int64_t> domain;
        const std::int64_t upper = lower + random_.integer(0, shape_.width - 1);
        for (std::int64_t value = lower; value <= upper; ++value) domain.insert(value);
        if (random_.chance(0.3) && domain.size() > 2) domain.erase(lower + 1);
        domains_.emplace_back(domain.begin(), domain.end());
        if (shape_.is_wide) return declare_wide(i, domain);
        const bool is_range = static_cast<std::int64_t>(domain.size()) == upper - lower + 1;
        text_ += is_range ? fmt::format("var {}..{}: x{} :: output_var;\n", lower, upper, i)
                          : fmt::format("var {{{}}}: x{} :: output_var;\n", fmt::join(domain, ","), i);
    }

    void declare_wide(std::size_t i, const std::set<std::int64_t>& domain) {
        static const char* const types[] = {"int", "-100000..100000", "-1000000000..1000000000",
                                            "-1000000000000000000..1000000000000000000"};
        text_ += fmt::format("var {}: x{} :: output_var;\n", types[random_.below(4)], i);
        const std::string set = fmt::format("x{},{{{}}}", i, fmt::join(domain, ","));
        if (random_.chance(0.5)) {
            confinement_ += fmt::format("constraint set_in({});\n", set);
            return;
        }
        text_ += fmt::format("var bool: p{0};\nvar bool: q{0};\n", i);
        confinement_ += fmt::format(
            "constraint bool_clause([p{0},q{0}],[]);\nconstraint set_in_imp({1},p{0});\nconstraint "
            "set_in_imp({1},q{0});\n",
            i, set);
    }

    Argument number(std::int64_t lower, std::int64_t upper) {
        const std::int64_t value = random_.integer(lower, upper);
        return {std::to_string(value), [value](const Values&) { return value; }};
    }
    Argument integer() {
        if (random_.chance(0.15)) return number(-4, 6);
        const std::size_t i = random_.below(shape_.integers);
        return {fmt::format("x{}", i), [i](const Values& values) { return values[i]; }};
    }
    Argument boolean() {
        if (random_.chance(0.1)) {
            const bool value = random_.chance(0.5);
            return {value ? "true" : "false", [value](const Values&) { return value ? 1 : 0; }};
        }
        const std::size_t i = random_.below(shape_.booleans);
        return {fmt::format("b{}", i),
                [i, this_at = shape_.integers + i](const Values& values) { return values[this_at]; }};
    }
    template <class Make>
    std::pair<std::string, std::vector<Number>> array(std::size_t size, Make make) {
        std::string text = "[";
        std::vector<Number> values;
        for (std::size_t i = 0; i < size; ++i) {
            const Argument one = make();
            text += (i > 0 ? "," : "") + one.text;
            values.push_back(one.value);
        }
        return {text + "]", values};
    }

    void add(const std::string& text, Check check) {
        text_ += "constraint " + text + ";\n";
        checks_.push_back(std::move(check));
    }
    /// name(arguments), or with a Boolean that is equivalent to it or implies it.
    void add_in_a_mode(const std::string& name, const std::string& arguments, Check check) {
        const double mode = random_.uniform();
        if (mode < 0.4) return add(fmt::format("{}({})", name, arguments), std::move(check));
        const Argument literal = boolean();
        if (mode < 0.7 || !shape_.half_reified)
            return add(fmt::format("{}_reif({},{})", name, arguments, literal.text),
                       [=](const Values& v) { return check(v) == (literal.value(v) != 0); });
        add(fmt::format("{}_imp({},{})", name, arguments, literal.text),
            [=](const Values& v) { return literal.value(v) == 0 || check(v); });
    }

    void add_constraint() {
        switch (random_.below(9)) {
            case 0:
                return add_comparison();
            case 1:
            case 2:
                return add_sum();
            case 3:
                return add_arithmetic();
            case 4:
                return add_element();
            case 5:
                return add_boolean();
            case 6:
                return add_clause();
            case 7:
                return add_membership();
            default:
                return add_extremum();
        }
    }

    static bool compare(std::size_t relation, std::int64_t a, std::int64_t b) {
        return relation == 0 ? a == b : relation == 1 ? a != b : relation == 2 ? a <= b : a < b;
    }

    void add_comparison() {
        static const char* const names[] = {"int_eq", "int_ne", "int_le", "int_lt"};
        const std::size_t relation = random_.below(4);
        const Argument a = integer(), b = integer();
        add_in_a_mode(names[relation], a.text + "," + b.text,
                      [=](const Values& v) { return compare(relation, a.value(v), b.value(v)); });
    }

    void add_sum() {
        static const char* const names[] = {"int_lin_eq", "int_lin_ne", "int_lin_le"};
        const std::size_t relation = random_.below(3);
        const std::size_t size = 1 + random_.below(4);
        const auto [weights, factors] = array(size, [&] { return number(-3, 3); });
        const auto [terms, values] = array(size, [&] { return integer(); });
        const std::int64_t right = random_.integer(-8, 8);
        const auto sum = [factors = factors, values = values](const Values& v) {
            std::int64_t result = 0;
            for (std::size_t i = 0; i < values.size(); ++i) result += factors[i](v) * values[i](v);
            return result;
        };
        add_in_a_mode(names[relation], fmt::format("{},{},{}", weights, terms, right),
                      [=](const Values& v) { return compare(relation, sum(v), right); });
    }

    void add_arithmetic() {
        static const char* const names[] = {"int_plus", "int_times", "int_div", "int_mod", "int_min", "int_max"};
        const std::size_t operation = random_.below(6);
        const Argument a = integer(), b = integer(), c = integer();
        add(fmt::format("{}({},{},{})", names[operation], a.text, b.text, c.text), [=](const Values& v) {
            const std::int64_t x = a.value(v), y = b.value(v), z = c.value(v);
            switch (operation) {
                case 0:
                    return x + y == z;
                case 1:
                    return x * y == z;
                case 2:
                    return y != 0 && x / y == z;
                case 3:
                    return y != 0 && x % y == z;
                case 4:
                    return std::min(x, y) == z;
                default:
                    return std::max(x, y) == z;
            }
        });
    }

    void add_extremum() {
        if (random_.chance(0.4)) {
            const Argument a = integer(), b = integer();
            return add(fmt::format("int_abs({},{})", a.text, b.text),
                       [=](const Values& v) { return std::abs(a.value(v)) == b.value(v); });
        }
        if (shape_.own_predicates && random_.chance(0.4)) {
            const auto [text, values] = array(2 + random_.below(2), [&] { return integer(); });
            return add(fmt::format("fzn_all_different_int({})", text), [values = values](const Values& v) {
                std::set<std::int64_t> seen;
                for (const Number& value : values) seen.insert(value(v));
                return seen.size() == values.size();
            });
        }
        const auto [text, values] = array(1 + random_.below(4), [&] { return integer(); });
        const Argument result = integer();
        const bool greatest = random_.chance(0.5);
        add(fmt::format("array_int_{}({},{})", greatest ? "maximum" : "minimum", result.text, text),
            [=, values = values](const Values& v) {
                std::int64_t extremum = values[0](v);
                for (const Number& value : values)
                    extremum = greatest ? std::max(extremum, value(v)) : std::min(extremum, value(v));
                return extremum == result.value(v);
            });
    }

    void add_element() {
        const Argument index = integer();
        const std::size_t size = 1 + random_.below(5);
        const std::size_t kind = random_.below(3);
        const auto [text, values] = kind == 0   ? array(size, [&] { return number(-4, 6); })
                                    : kind == 1 ? array(size, [&] { return integer(); })
                                                : array(size, [&] { return boolean(); });
        const Argument result = kind == 2 ? boolean() : integer();
        static const char* const names[] = {"array_int_element", "array_var_int_element", "array_var_bool_element"};
        add(fmt::format("{}({},{},{})", names[kind], index.text, text, result.text),
            [=, values = values](const Values& v) {
                const std::int64_t i = index.value(v);
                return i >= 1 && i <= static_cast<std::int64_t>(values.size()) &&
                       values[static_cast<std::size_t>(i - 1)](v) == result.value(v);
            });
    }

    void add_boolean() {
        const Argument a = boolean(), b = boolean(), c = boolean(), x = integer();
        switch (random_.below(6)) {
            case 0:
                return add(fmt::format("bool2int({},{})", a.text, x.text),
                           [=](const Values& v) { return a.value(v) == x.value(v); });
            case 1:
                return add(fmt::format("bool_xor({},{},{})", a.text, b.text, c.text),
                           [=](const Values& v) { return (a.value(v) != b.value(v)) == (c.value(v) != 0); });
            case 2:
                return add(fmt::format("bool_and({},{},{})", a.text, b.text, c.text),
                           [=](const Values& v) { return (a.value(v) != 0 && b.value(v) != 0) == (c.value(v) != 0); });
            case 3:
                return add(fmt::format("bool_not({},{})", a.text, b.text),
                           [=](const Values& v) { return a.value(v) != b.value(v); });
            case 4:
                return add_in_a_mode("bool_le", a.text + "," + b.text,
                                     [=](const Values& v) { return a.value(v) <= b.value(v); });
            default:
                return add_in_a_mode("bool_eq", a.text + "," + b.text,
                                     [=](const Values& v) { return a.value(v) == b.value(v); });
        }
    }

    void add_clause() {
        const auto [as, positive] = array(random_.below(4), [&] { return boolean(); });
        const auto [bs, negative] = array(random_.below(4), [&] { return boolean(); });
        const auto some = [](const std::vector<Number>& values, bool wanted, const Values& v) {
            return std::any_of(values.begin(), values.end(),
                               [&](const Number& value) { return (value(v) != 0) == wanted; });
        };
        if (random_.chance(0.3)) {
            const Argument result = boolean();
            return add(fmt::format("array_bool_or({},{})", as, result.text), [=, positive = positive](const Values& v) {
                return some(positive, true, v) == (result.value(v) != 0);
            });
        }
        if (random_.chance(0.3) && !positive.empty())
            return add(fmt::format("array_bool_xor({})", as), [positive = positive](const Values& v) {
                std::int64_t count = 0;
                for (const Number& value : positive) count += value(v);
                return count % 2 == 1;
            });
        add_in_a_mode("bool_clause", as + "," + bs, [=, positive = positive, negative = negative](const Values& v) {
            return some(positive, true, v) || some(negative, false, v);
        });
    }

    void add_membership() {
        const Argument a = integer();
        std::set<std::int64_t> set;
        for (std::uint64_t i = 1 + random_.below(4); i > 0; --i) set.insert(random_.integer(-4, 6));
        add_in_a_mode("set_in", fmt::format("{},{{{}}}", a.text, fmt::join(set, ",")),
                      [=](const Values& v) { return set.count(a.value(v)) != 0; });
    }

    void try_all(RandomProgram& program) const {
        std::vector<std::size_t> at(domains_.size(), 0);
        Values values(domains_.size());
        while (true) {
            for (std::size_t i = 0; i < at.size(); ++i) values[i] = domains_[i][at[i]];
            if (std::all_of(checks_.begin(), checks_.end(), [&](const Check& check) { return check(values); })) {
                ++program.solutions;
                const std::int64_t value = values[0];
                const bool is_better =
                    !program.best || (program.maximizes ? value > *program.best : value < *program.best);
                if (program.has_objective && is_better) program.best = value;
            }
            std::size_t i = 0;
            while (i < at.size() && at[i] + 1 == domains_[i].size()) at[i++] = 0;
            if (i == at.size()) return;
            ++at[i];
        }
    }

    sinew::Random& random_;
    const ProgramShape& shape_;
    std::string text_;
    std::string confinement_;  ///< comes last
    std::vector<Values> domains_;
    std::vector<Check> checks_;
};
}  // namespace

RandomProgram random_program(sinew::Random& random, const ProgramShape& shape, bool optimise, bool enumerate) {
    return Generator(random, shape).make(optimise, enumerate);
}

}  // namespace support
