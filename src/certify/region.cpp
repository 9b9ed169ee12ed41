// SPDX-License-Identifier: Apache-2.0
#include "certify/region.hpp"

#include <algorithm>
#include <utility>

#include <fmt/core.h>

#include "base/error.hpp"

namespace sinew::certify {

namespace {
void require_size(std::size_t size, std::size_t inputs, const char* what) {
    if (size != 0 && size != inputs)
        throw UsageError(fmt::format("there are {} {} for the network's {} inputs", size, what, inputs));
}
}  // namespace

Space::Space(const model::Query& network, const Question& question)
    : norm_(question.norm), domains_(question.domains), lines_(question.normalisation) {
    const std::size_t inputs = network.network.input_variables().size();
    require_size(domains_.size(), inputs, "domains");
    require_size(lines_.size(), inputs, "normalisations");
    domains_.resize(inputs);
    lines_.resize(inputs);
    for (const Normalisation& line : lines_)
        if (line.deviation <= 0)
            throw UsageError(fmt::format("a deviation is {}, not above zero", to_string(line.deviation)));
    take_network_domains(network);
    changes_.assign(inputs, question.only.empty());
    own_.resize(inputs);
    const auto check = [&](std::size_t input) {
        if (input >= inputs)
            throw UsageError(fmt::format("there is no input {} (the network has {})", input + 1, inputs));
    };
    for (const std::uint32_t input : question.only) {
        check(input);
        changes_[input] = true;
    }
    for (const OwnLimit& limit : question.own_limits) {
        check(limit.input);
        if (limit.limit && *limit.limit < 0)
            throw UsageError(fmt::format("the limit of input {} is negative", limit.input + 1));
        if (norm_ != Norm::infinity) throw UsageError("limits of single inputs are for norm inf");
        changes_[limit.input] = true;
        own_[limit.input] = limit.limit;
    }
    is_whole_ = norm_ != Norm::two;
    for (std::size_t i = 0; i < inputs; ++i) {
        const bool is_integer = domains_[i].kind == model::DomainKind::integer;
        if (is_integer && (lines_[i].mean != 0 || lines_[i].deviation != 1))
            throw UsageError(fmt::format("input {} is a whole number, which is not normalised", i + 1));
        if (counts(i) && !is_integer) is_whole_ = false;
    }
}

/// The network's own domains, in the units of examples.
void Space::take_network_domains(const model::Query& network) {
    const std::vector<Variable> inputs = network.network.input_variables();
    for (const auto& [variable, own] : network.domains) {
        const auto place = std::ranges::find(inputs, variable);
        if (place == inputs.end()) continue;
        const auto i = static_cast<std::size_t>(place - inputs.begin());
        model::Domain& domain = domains_[i];
        const Normalisation& line = lines_[i];
        if (own.kind == model::DomainKind::integer) domain.kind = own.kind;
        const auto moved = [&](const Rational& value) { return Rational(value * line.deviation + line.mean); };
        if (own.lower) domain.at_least(moved(*own.lower));
        if (own.upper) domain.at_most(moved(*own.upper));
        if (own.values.empty()) continue;
        std::vector<Rational> values;
        for (const Rational& value : own.values) values.push_back(moved(value));
        std::erase_if(values, [&](const Rational& value) {  // both lists hold
            return (domain.kind == model::DomainKind::integer && value.get_den() != 1) ||
                   (!domain.values.empty() && !std::ranges::binary_search(domain.values, value));
        });
        if (values.empty())
            throw UsageError(fmt::format("no value of input {} is in its domain and in the network's", i + 1));
        domain.at_least(values.front());
        domain.at_most(values.back());
        domain.values = std::move(values);
    }
}

bool Space::has_own_limits() const {
    return std::ranges::any_of(own_, [](const auto& limit) { return limit.has_value(); });
}

bool Space::is_bounded() const {
    for (std::size_t i = 0; i < domains_.size(); ++i)
        if (counts(i) && (!domains_[i].lower || !domains_[i].upper)) return false;
    return true;
}

std::vector<Rational> Space::to_network(std::span<const Rational> example) const {
    std::vector<Rational> values(example.begin(), example.end());
    for (std::size_t i = 0; i < values.size(); ++i) {
        values[i] -= lines_[i].mean;
        values[i] /= lines_[i].deviation;
    }
    return values;
}

std::vector<Rational> Space::to_example(std::span<const Rational> network) const {
    std::vector<Rational> values(network.begin(), network.end());
    for (std::size_t i = 0; i < values.size(); ++i) {
        values[i] *= lines_[i].deviation;
        values[i] += lines_[i].mean;
    }
    return values;
}

Rational Space::distance(std::span<const Rational> from, std::span<const Rational> to) const {
    Rational sum = 0;
    for (std::size_t i = 0; i < from.size(); ++i) {
        if (own_[i]) continue;
        const Rational change = abs(to[i] - from[i]);
        if (norm_ == Norm::infinity)
            sum = std::max(sum, change);
        else if (norm_ == Norm::zero)
            sum += change == 0 ? 0 : 1;
        else
            sum += norm_ == Norm::one ? change : Rational(change * change);
    }
    return sum;
}

Region::Region(const Space& space, const Example& example) : space_(space), example_(example.input) {
    if (example_.size() != space.input_count())
        throw UsageError(
            fmt::format("the example has {} values, and the network {} inputs", example_.size(), space.input_count()));
    for (std::size_t i = 0; i < example_.size(); ++i)
        if (!model::contains(space.domain(i), example_[i]))
            throw UsageError(
                fmt::format("input {} of the example is {}, outside its domain", i + 1, to_string(example_[i])));
    centre_ = space.to_network(example_);
}

std::vector<model::Domain> Region::box(const std::optional<Rational>& epsilon) const {
    std::vector<model::Domain> box(example_.size());
    for (std::size_t i = 0; i < box.size(); ++i) {
        model::Domain& side = box[i];
        if (!space_.changes(i)) {
            side.lower = side.upper = centre_[i];
            continue;
        }
        side = space_.domain(i);
        const std::optional<Rational>& limit = space_.own_limit(i) ? *space_.own_limit(i) : epsilon;
        if (limit) {
            side.at_least(example_[i] - *limit);
            side.at_most(example_[i] + *limit);
        }
        std::erase_if(side.values, [&](const Rational& value) {
            return (side.lower && value < *side.lower) || (side.upper && value > *side.upper);
        });
        if (side.kind == model::DomainKind::integer) {
            if (side.lower) side.lower = Rational(ceil(*side.lower));
            if (side.upper) side.upper = Rational(floor(*side.upper));
            continue;
        }
        const auto normalise = [&](Rational& value) { value = (value - space_.mean(i)) / space_.deviation(i); };
        for (std::optional<Rational>* end : {&side.lower, &side.upper})
            if (*end) normalise(**end);
        for (Rational& value : side.values) normalise(value);
    }
    return box;
}

bool Region::contains(std::span<const Rational> input, const std::optional<Rational>& epsilon) const {
    for (std::size_t i = 0; i < input.size(); ++i) {
        if (!space_.changes(i) && input[i] != example_[i]) return false;
        if (!model::contains(space_.domain(i), input[i])) return false;
        const auto& own = space_.own_limit(i);
        if (own && *own && abs(input[i] - example_[i]) > **own) return false;
    }
    if (!epsilon) return true;
    const Rational moved = distance(input);
    return moved <= (space_.norm() == Norm::two ? Rational(*epsilon * *epsilon) : *epsilon);
}

std::optional<Rational> Region::largest() const {
    Rational largest = 0;
    for (std::size_t i = 0; i < example_.size(); ++i) {
        if (!space_.counts(i)) continue;
        const model::Domain& domain = space_.domain(i);
        if (!domain.lower || !domain.upper) return std::nullopt;
        const Rational most = std::max(Rational(example_[i] - *domain.lower), Rational(*domain.upper - example_[i]));
        if (space_.norm() == Norm::infinity)
            largest = std::max(largest, most);
        else
            largest += space_.norm() == Norm::one ? most : Rational(most * most);
    }
    return largest;
}

bool Region::is_whole() const {
    return space_.is_whole() &&
           std::ranges::all_of(example_, [](const Rational& value) { return value.get_den() == 1; });
}

Rational root_above(const Rational& square) {
    if (square == 0) return 0;
    // As many binary places as make 2^-40 of the root visible.
    const auto size = static_cast<long>(mpz_sizeinbase(square.get_num_mpz_t(), 2)) -
                      static_cast<long>(mpz_sizeinbase(square.get_den_mpz_t(), 2));
    const auto places = static_cast<unsigned long>(std::max(0L, 42 - size / 2));
    const Integer scaled = ceil(square * Rational(Integer(1) << (2 * places)));
    Integer root;
    mpz_sqrt(root.get_mpz_t(), scaled.get_mpz_t());
    if (root * root < scaled) ++root;
    Rational result(root, Integer(1) << places);
    result.canonicalize();
    return result;
}

}  // namespace sinew::certify
