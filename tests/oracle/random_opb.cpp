// SPDX-License-Identifier: Apache-2.0
#include "oracle/random_opb.hpp"

#include <algorithm>
#include <sstream>

namespace sinew::oracle {

namespace {

constexpr const char* relations[] = {">=", "<=", "=", ">", "<"};

bool is_true(int literal, const std::vector<bool>& values) {
    return values[static_cast<std::size_t>(literal < 0 ? -literal : literal) - 1] == (literal > 0);
}

}  // namespace

RandomOpb::RandomOpb(std::uint64_t seed, std::uint64_t index) : variables_(0) {
    Random random(seed * 0x9e3779b97f4a7c15ULL + index);
    variables_ = 3 + random.below(8);
    std::vector<bool> planted;
    for (std::size_t v = 0; v < variables_; ++v) planted.push_back(random.chance(0.5));
    const bool rich = random.chance(0.5);
    for (std::size_t i = 1 + random.below(rich ? 5 : 9); i > 0; --i) {
        if (!rich || random.chance(0.15))
            plain_row(random);
        else if (rows_.empty() || random.chance(0.7))
            planted_row(random, planted);
        else
            combined_row(random);
    }
    if (random.chance(0.5)) return;
    maximise_ = random.chance(0.4);
    objective_ = terms(random, random.chance(0.3) ? 1 : random.chance(0.8) ? 12 : Wide{1} << 40);
    if (random.chance(0.3))
        for (Term& term : objective_) term.coefficient *= 6;
}

int RandomOpb::literal(Random& random) const {
    const auto variable = static_cast<int>(1 + random.below(variables_));
    return random.chance(0.3) ? -variable : variable;
}

std::vector<RandomOpb::Term> RandomOpb::terms(Random& random, Wide largest) const {
    std::vector<Term> result;
    for (std::size_t i = 1 + random.below(variables_ + 2); i > 0; --i) {
        Term term;
        term.coefficient = random.integer(-9, 9);
        if (largest < 9) term.coefficient = random.chance(0.5) ? largest : -largest;
        if (largest > 9) term.coefficient = largest / 1000 * random.integer(-1000, 1000) + random.integer(-9, 9);
        for (std::size_t k = random.chance(0.1) ? 2 + random.below(2) : 1; k > 0; --k)
            term.literals.push_back(literal(random));
        result.push_back(std::move(term));
    }
    return result;
}

void RandomOpb::plain_row(Random& random) {
    Wide largest = random.chance(0.4) ? 1 : 9;
    if (random.chance(0.15)) largest = 100'000'000'000'000'000;
    if (random.chance(0.05)) largest = Wide{1'000'000'000'000} * 1'000'000'000'000;
    Row row;
    row.terms = terms(random, largest);
    row.bound = largest * random.integer(-2, 3) / 2 + random.integer(-1, 1);
    const std::size_t kind = random.below(10);
    row.relation = static_cast<Relation>(kind < 5 ? kind : 0);
    rows_.push_back(std::move(row));
}

/// An equality that the values satisfy, or miss by a little; perhaps in two halves, perhaps with some slack.
void RandomOpb::planted_row(Random& random, const std::vector<bool>& values) {
    Row row;
    row.terms = terms(random, random.chance(0.6) ? 1 : 9);
    if (random.chance(0.5))
        for (Term& term : row.terms)
            if (term.coefficient < 0) term.coefficient = -term.coefficient;
    const Wide factor = random.chance(0.3) ? random.integer(2, 7) : 1;
    for (Term& term : row.terms) term.coefficient *= factor;
    row.bound = sum(row.terms, values) + (random.chance(0.9) ? 0 : random.integer(-1, 1));
    row.relation = Relation::equal;
    if (random.chance(0.5)) {
        row.relation = random.chance(0.5) ? Relation::at_least : Relation::more;
        row.bound -= row.relation == Relation::more ? 1 : 0;
        rows_.push_back(row);
        row.bound += row.relation == Relation::more ? 1 : 0;
        row.bound += random.chance(0.8) ? 0 : random.integer(0, 2);
        row.relation = Relation::at_most;
    }
    rows_.push_back(std::move(row));
}

/// A sum of two earlier rows with small factors, its coefficients changed by multiples of a small number.
void RandomOpb::combined_row(Random& random) {
    Row row = rows_[random.below(rows_.size())];
    const Row other = rows_[random.below(rows_.size())];
    const Wide factor = random.integer(1, 3);
    for (Term& term : row.terms) term.coefficient *= factor;
    row.bound *= factor;
    row.bound += other.bound;
    row.terms.insert(row.terms.end(), other.terms.begin(), other.terms.end());
    const std::int64_t modulus = random.integer(2, 5);
    for (Term& term : row.terms) {
        if (random.chance(0.7)) continue;
        const Wide change = modulus * random.integer(-1, 1);
        term.coefficient += change;
        if (random.chance(0.5)) row.bound += change;
    }
    row.relation = Relation::equal;
    rows_.push_back(std::move(row));
}

std::string RandomOpb::digits(Wide value) {
    if (value < 0) return "-" + digits(-value);
    std::string text;
    do {
        text.insert(text.begin(), static_cast<char>('0' + static_cast<int>(value % 10)));
        value /= 10;
    } while (value != 0);
    return text;
}

std::string RandomOpb::text() const {
    std::ostringstream text;
    const auto put = [&](const std::vector<Term>& terms) {
        for (const Term& term : terms) {
            text << (term.coefficient < 0 ? "" : "+") << digits(term.coefficient);
            for (const int literal : term.literals) text << (literal < 0 ? " ~x" : " x") << std::abs(literal);
            text << ' ';
        }
    };
    if (has_objective()) {
        text << (maximise_ ? "max: " : "min: ");
        put(objective_);
        text << ";\n";
    }
    for (const Row& row : rows_) {
        put(row.terms);
        text << relations[static_cast<std::size_t>(row.relation)] << ' ' << digits(row.bound) << " ;\n";
    }
    return text.str();
}

bool RandomOpb::may_be_refused() const {
    return std::any_of(rows_.begin(), rows_.end(), [](const Row& row) {
        Wide total = row.bound < 0 ? -row.bound : row.bound;
        for (const Term& term : row.terms) total += term.coefficient < 0 ? -term.coefficient : term.coefficient;
        return total >= Wide{1} << 60;
    });
}

RandomOpb::Wide RandomOpb::sum(const std::vector<Term>& terms, const std::vector<bool>& values) {
    Wide total = 0;
    for (const Term& term : terms)
        if (std::all_of(term.literals.begin(), term.literals.end(), [&](int l) { return is_true(l, values); }))
            total += term.coefficient;
    return total;
}

bool RandomOpb::satisfied_by(const std::vector<bool>& values) const {
    return std::all_of(rows_.begin(), rows_.end(), [&](const Row& row) {
        const Wide left = sum(row.terms, values);
        switch (row.relation) {
            case Relation::at_least:
                return left >= row.bound;
            case Relation::at_most:
                return left <= row.bound;
            case Relation::equal:
                return left == row.bound;
            case Relation::more:
                return left > row.bound;
            case Relation::less:
                return left < row.bound;
        }
        return false;
    });
}

std::int64_t RandomOpb::value(const std::vector<bool>& values) const {
    return static_cast<std::int64_t>(sum(objective_, values));
}

RandomOpb::Best RandomOpb::best() const {
    Best best;
    std::vector<bool> values(variables_);
    for (std::uint64_t bits = 0; bits < std::uint64_t{1} << variables_; ++bits) {
        for (std::size_t v = 0; v < variables_; ++v) values[v] = (bits >> v & 1U) != 0;
        if (!satisfied_by(values)) continue;
        const std::int64_t here = value(values);
        if (!best.satisfiable || (maximise_ ? here > best.value : here < best.value)) best.value = here;
        best.satisfiable = true;
        if (!has_objective()) return best;
    }
    return best;
}

}  // namespace sinew::oracle
