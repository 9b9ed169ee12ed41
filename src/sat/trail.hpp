// SPDX-License-Identifier: Apache-2.0
// Which literals are true, since when, and why: the assignment of the search with everything that is undone by level.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "sat/clause.hpp"

namespace sinew::sat {

/// Why a variable has its value: decided (or a fact at level 0), implied by a clause, or implied by the theory, which
/// has not been asked for the reason yet. A clause that is a reason holds the implied literal at its first or second
/// place.
class Reason {
  public:
    constexpr Reason() = default;
    constexpr explicit Reason(ClauseRef clause) : code_(static_cast<std::uint32_t>(clause.index())) {}
    static constexpr Reason decision() { return Reason(); }
    /// The theory of this number, counted in the order in which they were added.
    static constexpr Reason theory(std::size_t number) {
        Reason reason;
        reason.code_ = first_theory + static_cast<std::uint32_t>(number);
        return reason;
    }
    constexpr bool is_decision() const { return code_ == none; }
    constexpr bool is_clause() const { return code_ < first_theory; }
    constexpr bool is_theory() const { return code_ >= first_theory && code_ != none; }
    constexpr ClauseRef clause() const { return ClauseRef(code_); }
    constexpr std::size_t theory_number() const { return code_ - first_theory; }

  private:
    static constexpr std::uint32_t none = 0xffffffffU;
    static constexpr std::uint32_t first_theory = 0xffffff00U;  ///< clauses lie below 2^31: Watch
    std::uint32_t code_ = none;
};

/// Literals in the order in which they became true; level 0 holds what holds always, every other level begins with its
/// decision (an assumption that was true already opens a level without one). Levels never decrease along the trail.
class Trail {
  public:
    void add_variable() {
        values_.resize(values_.size() + 2, 0);
        facts_.push_back({});
        literals_.push_back({});
    }
    void reserve(std::size_t variables) {
        values_.reserve(2 * variables);
        facts_.reserve(variables);
        literals_.reserve(variables);
    }
    std::size_t variable_count() const { return facts_.size(); }

    /// 1 true, -1 false, 0 undefined.
    int value(Literal literal) const { return values_[literal.index()]; }
    bool is_true(Literal literal) const { return values_[literal.index()] > 0; }
    bool is_false(Literal literal) const { return values_[literal.index()] < 0; }
    bool is_undefined(Literal literal) const { return values_[literal.index()] == 0; }
    const std::int8_t* values() const { return values_.data(); }

    /// Only for assigned variables.
    std::uint32_t level(BoolVar variable) const { return facts_[variable.index()].level; }
    std::uint32_t level(Literal literal) const { return level(literal.variable()); }
    Reason reason(BoolVar variable) const { return facts_[variable.index()].reason; }
    void set_reason(BoolVar variable, Reason reason) { facts_[variable.index()].reason = reason; }

    std::uint32_t level() const { return static_cast<std::uint32_t>(level_begin_.size()); }
    std::size_t size() const { return size_; }
    Literal operator[](std::size_t i) const { return literals_[i]; }
    std::span<const Literal> literals() const { return {literals_.data(), size_}; }
    /// The position of the decision of `level`, counted from 1; level 0 begins at 0.
    std::size_t level_begin(std::uint32_t level) const { return level == 0 ? 0 : level_begin_[level - 1]; }
    /// The position behind the last literal of `level`.
    std::size_t level_end(std::uint32_t level) const {
        return level == level_begin_.size() ? size_ : level_begin_[level];
    }

    /// When and why a variable got its value.
    struct Fact {
        std::uint32_t level = 0;
        Reason reason;
    };
    /// The tables themselves, for propagation alone: it writes what assign() would, and set_size() in the end.
    struct Raw {
        std::int8_t* values;
        Fact* facts;
        Literal* literals;
    };
    Raw raw() { return {values_.data(), facts_.data(), literals_.data()}; }
    void set_size(std::size_t size) { size_ = size; }

    void new_level() { level_begin_.push_back(size_); }
    void assign(Literal literal, Reason reason) {
        values_[literal.index()] = 1;
        values_[(~literal).index()] = -1;
        facts_[literal.variable().index()] = {level(), reason};
        literals_[size_++] = literal;
    }
    /// Undoes every assignment above `level`, the latest first, telling `undone` each literal.
    template <class Function>
    void backtrack(std::uint32_t level, Function&& undone) {
        if (level >= level_begin_.size()) return;
        const std::size_t begin = level_begin_[level];
        for (std::size_t i = size_; i-- > begin;) {
            const Literal literal = literals_[i];
            values_[literal.index()] = 0;
            values_[(~literal).index()] = 0;
            undone(literal);
        }
        size_ = begin;
        level_begin_.resize(level);
    }

  private:
    std::vector<std::int8_t> values_;
    std::vector<Fact> facts_;
    std::vector<Literal> literals_;  ///< as many as variables; the first size_ count
    std::size_t size_ = 0;
    std::vector<std::size_t> level_begin_;
};

}  // namespace sinew::sat
