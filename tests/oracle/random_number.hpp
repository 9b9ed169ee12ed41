// SPDX-License-Identifier: Apache-2.0
// Numbers as the tests want them: small integers, decimals, thirds, zeros, and now and then 1e-12, 1e-30 or 1e9.
#pragma once

#include <set>
#include <string>

#include "base/random.hpp"
#include "exact/rational.hpp"

namespace sinew::oracle {

/// Draws numbers in one manner a query, so that some queries are all integers and some mix everything.
class RandomNumber {
  public:
    explicit RandomNumber(Random& random);

    /// A weight or bias; zero in one case of six.
    Rational weight();
    /// A bound of a domain or a threshold: no extremes, never far from 0.
    Rational bound();
    /// A small positive step off a threshold: 1, 1/10, 1e-12 or 1e-30.
    Rational step();
    const std::set<std::string>& styles_used() const { return styles_used_; }

  private:
    enum class Style { integer, decimal, rational, mixed, extreme };

    Rational integer() { return Rational(random_.integer(-3, 3)); }
    Rational decimal();
    Rational fraction();
    Rational extreme();

    Random& random_;
    Style style_;
    std::set<std::string> styles_used_;
};

}  // namespace sinew::oracle
