// SPDX-License-Identifier: Apache-2.0
// From terms with coefficients of any size to the rows of a model::PseudoBoolean.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <vector>

#include <gmpxx.h>

#include "model/pseudo_boolean.hpp"

namespace sinew::read {

struct OpbTerm {
    std::int64_t coefficient;
    std::int32_t literal;  ///< as in DIMACS
};

/// A left-hand side as it was read. Numbers of more than 18 digits lie beside, by the index of their term.
struct OpbSum {
    std::vector<OpbTerm> terms;
    std::map<std::size_t, mpz_class> large;

    void clear() {
        terms.clear();
        large.clear();
    }
    mpz_class coefficient(std::size_t term) const;
    /// Whether all of it fits 64 bits as model::PseudoBoolean wants it.
    bool is_small(const mpz_class& bound) const;
};

enum class OpbRelation : std::uint8_t { at_least, at_most, equal, more, less };

class OpbRows {
  public:
    explicit OpbRows(model::PseudoBoolean& problem) : problem_(problem) {}

    /// Adds the constraint; false if its coefficients are too large even when normalised.
    bool add(const OpbSum& sum, OpbRelation relation, mpz_class bound);
    /// False: too large.
    bool set_objective(const OpbSum& sum, bool maximise);

    /// The literal that stands for a product of two or more literals; known products are found again. Takes the number
    /// of the next free variable when it is new. 0 for a product that is false always.
    std::int32_t product(std::vector<std::int32_t> literals);
    /// Numbers named variables without gaps where they lie far apart (model::PseudoBoolean::names), and the products
    /// behind the named variables and adds what defines them.
    void define_products(std::size_t named_count);

  private:
    enum class Sign : std::int8_t { as_read = 1, opposite = -1 };

    void append(std::span<const OpbTerm> terms, model::PbRelation relation, std::int64_t bound, Sign sign);
    void renumber();
    bool add_normalised(const OpbSum& sum, mpz_class bound, Sign sign);

    model::PseudoBoolean& problem_;
    std::map<std::vector<std::int32_t>, std::int32_t> products_;  ///< literals in order, provisional number
};

/// Products are numbered from here until the number of named variables is known.
inline constexpr std::int32_t first_product = 1 << 29;

}  // namespace sinew::read
