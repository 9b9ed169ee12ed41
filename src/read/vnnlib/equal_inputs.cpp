// SPDX-License-Identifier: Apache-2.0
#include "read/vnnlib/equal_inputs.hpp"

#include <utility>

namespace sinew::read::vnnlib {

EqualInputs::EqualInputs(std::size_t elements, std::vector<bool> is_whole) : size_(elements, 1), domains_(elements) {
    lines_.reserve(elements);
    for (std::size_t e = 0; e < elements; ++e) {
        lines_.push_back({e, 1, 0});
        if (is_whole[e]) domains_[e].kind = model::DomainKind::integer;
    }
}

EqualInputs::Line EqualInputs::find(std::size_t element) {
    // Up to the root, then down again with what was passed: element = factor · root + offset.
    std::vector<std::size_t> path;
    for (std::size_t e = element; lines_[e].parent != e; e = lines_[e].parent) path.push_back(e);
    for (std::size_t i = path.size(); i-- > 0;) {
        Line& line = lines_[path[i]];
        const Line& above = lines_[line.parent];
        if (above.parent == line.parent) continue;
        line.offset += line.factor * above.offset;
        line.factor *= above.factor;
        line.parent = above.parent;
    }
    return lines_[element];
}

std::size_t EqualInputs::representative(std::size_t element) {
    return find(element).parent;
}

LinearForm EqualInputs::form(std::size_t element) {
    const Line line = find(element);
    return LinearForm({{Variable(line.parent), line.factor}}, line.offset);
}

void EqualInputs::bound(std::size_t element, bool is_lower, bool is_upper, const Rational& value) {
    const Line line = find(element);
    const Rational at = (value - line.offset) / line.factor;
    const bool turned = sgn(line.factor) < 0;
    model::Domain& domain = domains_[line.parent];
    if (turned ? is_upper : is_lower) domain.at_least(at);
    if (turned ? is_lower : is_upper) domain.at_most(at);
    if (domain.lower && domain.upper && *domain.lower > *domain.upper) contradicts_ = true;
}

bool EqualInputs::bound_by(const LinearForm& sum) {
    LinearForm over(sum.constant());
    for (const LinearTerm& term : sum.terms()) over.add(form(term.variable.index()), term.coefficient);
    // A term is at most what the least values of the others leave.
    const auto least = [&](const LinearTerm& term) -> const std::optional<Rational>& {
        const model::Domain& domain = domains_[term.variable.index()];
        return sgn(term.coefficient) > 0 ? domain.lower : domain.upper;
    };
    Rational sum_of_least = over.constant();
    std::size_t unbounded = 0;
    for (const LinearTerm& term : over.terms()) {
        if (const std::optional<Rational>& value = least(term))
            sum_of_least += term.coefficient * *value;
        else
            ++unbounded;
    }
    bool is_new = false;
    for (const LinearTerm& term : over.terms()) {
        const model::Domain& domain = domains_[term.variable.index()];
        const bool is_upper = sgn(term.coefficient) > 0;
        const std::optional<Rational>& own = least(term);
        if ((is_upper ? domain.upper : domain.lower).has_value() || unbounded > (own ? 0U : 1U)) continue;
        const Rational others = own ? Rational(sum_of_least - term.coefficient * *own) : sum_of_least;
        bound(term.variable.index(), !is_upper, is_upper, -others / term.coefficient);
        is_new = true;
    }
    return is_new;
}

model::Domain EqualInputs::range(std::size_t element) {
    const Line line = find(element);
    const model::Domain& domain = domains_[line.parent];
    model::Domain result;
    if (domain.lower) result.lower = Rational(line.factor * *domain.lower + line.offset);
    if (domain.upper) result.upper = Rational(line.factor * *domain.upper + line.offset);
    if (sgn(line.factor) < 0) std::swap(result.lower, result.upper);
    return result;
}

std::optional<Rational> EqualInputs::fixed(std::size_t element) {
    const Line line = find(element);
    const model::Domain& domain = domains_[line.parent];
    if (!domain.lower || !domain.upper) return std::nullopt;
    if (domain.kind == model::DomainKind::integer) {
        const Integer value = ceil(*domain.lower);
        if (value != floor(*domain.upper)) return std::nullopt;
        return Rational(line.factor * value + line.offset);
    }
    if (*domain.lower != *domain.upper) return std::nullopt;
    return Rational(line.factor * *domain.lower + line.offset);
}

bool EqualInputs::join(const LinearForm& equality) {
    const LinearTerm& first = equality.terms()[0];
    const LinearTerm& second = equality.terms()[1];
    const Line x = find(first.variable.index());
    const Line y = find(second.variable.index());
    const Rational a = first.coefficient * x.factor;
    const Rational b = second.coefficient * y.factor;
    const Rational c = equality.constant() + first.coefficient * x.offset + second.coefficient * y.offset;
    if (x.parent == y.parent) {
        if (a + b != 0)
            bound(x.parent, true, true, -c / (a + b));
        else if (c != 0)
            contradicts_ = true;
        return true;
    }
    const auto is_whole = [&](std::size_t e) { return domains_[e].kind == model::DomainKind::integer; };
    // Integers stay, and then the element that is declared first.
    const bool keeps_x = is_whole(x.parent) != is_whole(y.parent) ? is_whole(x.parent) : x.parent < y.parent;
    const std::size_t kept = keeps_x ? x.parent : y.parent;
    const std::size_t gone = keeps_x ? y.parent : x.parent;
    const Rational& divisor = keeps_x ? b : a;
    const Rational factor = -(keeps_x ? a : b) / divisor;
    const Rational offset = -c / divisor;
    if (is_whole(gone) && (abs(factor) != 1 || offset.get_den() != 1)) return false;
    lines_[gone] = {kept, factor, offset};
    const model::Domain before = std::exchange(domains_[gone], {});
    if (before.lower) bound(gone, true, false, *before.lower);
    if (before.upper) bound(gone, false, true, *before.upper);
    return true;
}

}  // namespace sinew::read::vnnlib
