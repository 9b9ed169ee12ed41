// SPDX-License-Identifier: Apache-2.0
#include "read/smtlib/term_sum.hpp"

#include <iterator>
#include <utility>

namespace sinew::read::smtlib {

void TermSum::add(TermSum other) {
    if (other.terms_.size() > terms_.size()) std::swap(*this, other);
    const Rational ratio = other.scale_ / scale_;
    if (ratio != 1)
        for (LinearTerm& term : other.terms_) term.coefficient *= ratio;
    terms_.insert(terms_.end(), std::make_move_iterator(other.terms_.begin()),
                  std::make_move_iterator(other.terms_.end()));
    constant_ += ratio * other.constant_;
    if (terms_.size() > 2 * joined_ + 16) join_equal();
}

void TermSum::scale(const Rational& factor) {
    if (factor == 0)
        *this = TermSum();
    else
        scale_ *= factor;
}

std::size_t TermSum::bits() const {
    const auto bits_of = [](const Rational& value) {
        return mpz_sizeinbase(value.get_num_mpz_t(), 2) + mpz_sizeinbase(value.get_den_mpz_t(), 2);
    };
    return bits_of(scale_) + bits_of(constant_) + (terms_.empty() ? 0 : bits_of(terms_.back().coefficient));
}

bool TermSum::is_constant() {
    if (!terms_.empty()) join_equal();
    return terms_.empty();
}

LinearForm TermSum::form() const {
    LinearForm result(terms_, constant_);
    if (scale_ != 1) result.scale(scale_);
    return result;
}

void TermSum::join_equal() {
    terms_ = LinearForm(std::move(terms_), 0).terms();
    joined_ = terms_.size();
}

}  // namespace sinew::read::smtlib
