// SPDX-License-Identifier: Apache-2.0
// Random pseudo-Boolean problems as text, and what trying every assignment says about them. Shares nothing with the
// reader and the solver.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/random.hpp"

namespace sinew::oracle {

/// Problem `index` of a seed is always the same. Few variables; coefficients of one digit, of 17 and of 24; products,
/// negations, literals that occur twice, all five relations; equalities and their sums, multiples and halves.
class RandomOpb {
  public:
    RandomOpb(std::uint64_t seed, std::uint64_t index);

    std::string text() const;
    std::size_t variable_count() const { return variables_; }
    bool has_objective() const { return !objective_.empty(); }
    /// Whether some constraint's numbers add up to more than 2^60, which a reader may refuse.
    bool may_be_refused() const;

    bool satisfied_by(const std::vector<bool>& values) const;
    /// Of the objective.
    std::int64_t value(const std::vector<bool>& values) const;

    struct Best {
        bool satisfiable = false;
        std::int64_t value = 0;  ///< with an objective
    };
    Best best() const;
    bool maximised() const { return maximise_; }

  private:
    __extension__ using Wide = __int128;
    struct Term {
        Wide coefficient;
        std::vector<int> literals;  ///< their product; as in DIMACS
    };
    enum class Relation : std::uint8_t { at_least, at_most, equal, more, less };
    struct Row {
        std::vector<Term> terms;
        Relation relation = Relation::at_least;
        Wide bound = 0;
    };

    static Wide sum(const std::vector<Term>& terms, const std::vector<bool>& values);
    int literal(Random& random) const;
    std::vector<Term> terms(Random& random, Wide largest) const;
    void plain_row(Random& random);
    void planted_row(Random& random, const std::vector<bool>& values);
    void combined_row(Random& random);
    static std::string digits(Wide value);

    std::size_t variables_;
    std::vector<Row> rows_;
    std::vector<Term> objective_;
    bool maximise_ = false;
};

}  // namespace sinew::oracle
