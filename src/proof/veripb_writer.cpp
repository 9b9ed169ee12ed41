// SPDX-License-Identifier: Apache-2.0
#include "proof/veripb_writer.hpp"

#include <charconv>

#include <fmt/core.h>

namespace sinew::proof {

template <class Number>
void VeripbWriter::put_word(Number number) {
    char digits[24];
    digits[0] = ' ';
    line_.append(digits, std::to_chars(digits + 1, digits + sizeof digits, number).ptr);
}

void VeripbWriter::put_literal(Literal literal) {
    put(literal < 0 ? " ~" : " ");
    const Literal number = literal < 0 ? -literal : literal;
    char digits[24];
    digits[0] = number < extra ? 'x' : 'y';
    const Literal shown = number < extra ? number : number - extra;
    line_.append(digits, std::to_chars(digits + 1, digits + sizeof digits, shown).ptr);
}

void VeripbWriter::put_literals(std::span<const Literal> literals) {
    for (const Literal literal : literals) put_literal(literal);
}

VeripbWriter::Id VeripbWriter::end_line() {
    put(" ;\n");
    output_.put(line_);
    line_.clear();
    return last_;
}

void VeripbWriter::begin(std::uint64_t rows) {
    put(fmt::format("pseudo-Boolean proof version 3.0\nf {}", rows));
    end_line();
    last_ = rows;
    gone_.assign(rows + 1, true);
}

void VeripbWriter::term(std::int64_t coefficient, Literal literal) {
    put_word(coefficient);
    put_literal(literal);
}

VeripbWriter::Id VeripbWriter::end_rup(std::int64_t bound, std::span<const Id> hints) {
    put(" >=");
    put_word(bound);
    if (!hints.empty()) {
        put(" : ~");
        for (const Id id : hints) put_word(id);
    }
    gone_.push_back(false);
    ++last_;
    return end_line();
}

void VeripbWriter::pol_weaken(Literal variable) {
    put_literal(variable < 0 ? -variable : variable);
    put(" w");
}

void VeripbWriter::pol_multiply(std::uint64_t factor) {
    put_word(factor);
    put(" *");
}

void VeripbWriter::pol_divide(std::uint64_t divisor) {
    put_word(divisor);
    put(" d");
}

VeripbWriter::Id VeripbWriter::end_pol() {
    gone_.push_back(false);
    ++last_;
    return end_line();
}

VeripbWriter::Id VeripbWriter::end_red(std::int64_t bound, Literal variable, bool value) {
    put(" >=");
    put_word(bound);
    put(" :");
    put_literal(variable);
    put(value ? " -> 1" : " -> 0");
    gone_.push_back(false);
    ++last_;
    return end_line();
}

VeripbWriter::Id VeripbWriter::improve(std::span<const Literal> values) {
    put("soli");
    put_literals(values);
    gone_.push_back(true);
    ++last_;
    return end_line();
}

void VeripbWriter::forget(Id id) {
    if (gone_[id]) return;
    gone_[id] = true;
    put("del id");
    put_word(id);
    end_line();
}

VeripbWriter::Id VeripbWriter::contradiction() {
    begin_rup();
    return end_rup(1, {});
}

void VeripbWriter::conclude_none() {
    conclude("NONE", {});
}

void VeripbWriter::conclude_sat(std::span<const Literal> values) {
    conclude("SAT :", values);
}

void VeripbWriter::conclude_unsat(Id contradiction) {
    conclude(fmt::format("UNSAT : {}", contradiction), {});
}

void VeripbWriter::conclude_bounds(std::optional<std::int64_t> lower, Id reason, std::optional<std::int64_t> upper,
                                   std::span<const Literal> values) {
    const std::string low = lower ? fmt::format("{}", *lower) : "INF";
    const std::string high = upper ? fmt::format("{} :", *upper) : "INF";
    conclude(fmt::format("BOUNDS {} : {} {}", low, reason, high), values);
}

void VeripbWriter::conclude(std::string_view text, std::span<const Literal> values) {
    put("output NONE ;\nconclusion ");
    put(text);
    put_literals(values);
    end_line();
    put("end pseudo-Boolean proof");
    end_line();
}

}  // namespace sinew::proof
