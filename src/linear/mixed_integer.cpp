// SPDX-License-Identifier: Apache-2.0
#include "linear/mixed_integer.hpp"

#include <algorithm>
#include <iterator>

#include "base/error.hpp"

namespace sinew::linear {

namespace {

bool is_whole(const Rational& value) {
    return value.get_den() == 1;
}

Integer nearest(const Rational& value) {
    return floor(Rational(value + Rational(1, 2)));
}

/// One check: the simplex, a stack of branches, what refuted branches needed.
class Search {
  public:
    Search(ExactSimplex simplex, const std::vector<SimplexVariable>& integers, const Recession& recession)
        : simplex_(std::move(simplex)), integers_(integers), recession_(recession) {
        const IntegerCoordinates& coordinates = recession_.coordinates();
        for (std::size_t j = 0; j < coordinates.rank(); ++j) {
            std::vector<SimplexTerm> terms = form_terms(j);
            forms_.push_back(terms.size() == 1 ? terms.front().variable : simplex_.add_row(terms));
        }
    }

    Answer run(std::uint64_t allowed, const Limits& limits) {
        while (true) {
            const ExactSimplex::Result result = simplex_.check({limits});
            if (result == ExactSimplex::Result::stopped || limits.exceeded()) return Answer::unknown;
            if (result == ExactSimplex::Result::infeasible) {
                if (!refute(needed())) return Answer::unsat;
                continue;
            }
            if (nodes_++ >= allowed) {
                is_out_of_nodes_ = true;
                return Answer::unknown;
            }
            const std::vector<Rational> values = simplex_.solution();
            const std::optional<std::size_t> form = fractional(values);
            if (!form) return complete(values, limits) ? Answer::sat : Answer::unknown;
            const Rational& value = values[forms_[*form].index()];
            Integer below = floor(value);
            if (!split_) split_ = IntegerSplit{split_terms(*form), below};
            const bool up = value - below > Rational(1, 2);
            stack_.push_back({forms_[*form], std::move(below), up, false, {}});
            impose(stack_.back());
        }
    }

    std::vector<Rational> take_solution() { return std::move(solution_); }
    std::vector<MixedInteger::CoreBound> core() const { return {refutation_.bounds.begin(), refutation_.bounds.end()}; }
    /// Where the search began, if it has used up its nodes.
    std::optional<IntegerSplit> split() const { return is_out_of_nodes_ ? split_ : std::nullopt; }
    std::uint64_t nodes() const { return nodes_; }

  private:
    /// What a contradiction rests on, both sorted: bounds of the system, and branches by their place in the stack.
    struct Needed {
        std::vector<MixedInteger::CoreBound> bounds;
        std::vector<std::size_t> branches;
    };
    struct Branch {
        SimplexVariable form;
        Integer below;
        bool up;
        bool second;  // the other side is refuted
        Needed first_needed;
    };

    std::vector<SimplexTerm> form_terms(std::size_t j) const {
        std::vector<SimplexTerm> terms;
        for (const IntegerTerm& term : recession_.coordinates().form(j))
            terms.push_back({integers_[term.index], term.coefficient});
        return terms;
    }
    /// The same where a single column stands for itself, whatever the sign of its form.
    std::vector<SimplexTerm> split_terms(std::size_t j) const {
        std::vector<SimplexTerm> terms = form_terms(j);
        if (terms.size() == 1) terms.front().coefficient = 1;
        return terms;
    }

    std::optional<std::size_t> fractional(const std::vector<Rational>& values) const {
        for (std::size_t j = 0; j < forms_.size(); ++j)
            if (!is_whole(values[forms_[j].index()])) return j;
        return std::nullopt;
    }

    void impose(const Branch& branch) {
        simplex_.new_level();
        if (branch.up)
            simplex_.set_bound(branch.form, Side::lower, Rational(branch.below + 1), Strictness::closed);
        else
            simplex_.set_bound(branch.form, Side::upper, Rational(branch.below), Strictness::closed);
    }

    /// The simplex's certificate: of a form's bounds the last branch that set one is meant, else the system's.
    Needed needed() const {
        Needed result;
        for (const BoundMultiplier& part : simplex_.certificate()) {
            const auto setter = std::find_if(stack_.rbegin(), stack_.rend(), [&](const Branch& branch) {
                return branch.form == part.variable && (branch.up ? Side::lower : Side::upper) == part.side;
            });
            if (setter == stack_.rend())
                result.bounds.emplace_back(part.variable, part.side);
            else
                result.branches.push_back(static_cast<std::size_t>(std::distance(setter, stack_.rend())) - 1);
        }
        std::sort(result.bounds.begin(), result.bounds.end());
        std::sort(result.branches.begin(), result.branches.end());
        return result;
    }

    static Needed united(const Needed& left, const Needed& right) {
        Needed result;
        std::set_union(left.bounds.begin(), left.bounds.end(), right.bounds.begin(), right.bounds.end(),
                       std::back_inserter(result.bounds));
        std::set_union(left.branches.begin(), left.branches.end(), right.branches.begin(), right.branches.end(),
                       std::back_inserter(result.branches));
        return result;
    }

    /// Back to the last branch that the contradiction needs and that has another side; false if there is none, with the
    /// contradiction in refutation_.
    bool refute(Needed needed) {
        while (!stack_.empty()) {
            Branch& branch = stack_.back();
            simplex_.backtrack(stack_.size() - 1);
            if (needed.branches.empty() || needed.branches.back() != stack_.size() - 1) {
                stack_.pop_back();
                continue;
            }
            needed.branches.pop_back();
            if (!branch.second) {
                branch.second = true;
                branch.up = !branch.up;
                branch.first_needed = std::move(needed);
                impose(branch);
                return true;
            }
            needed = united(needed, branch.first_needed);
            stack_.pop_back();
        }
        refutation_ = std::move(needed);
        return false;
    }

    /// The bounded forms are integers at `values`: the other coordinates are rounded, far enough out where the
    /// solutions are wide enough for that. False only when a limit stopped it.
    bool complete(const std::vector<Rational>& values, const Limits& limits) {
        std::vector<Rational> point;
        for (const SimplexVariable column : integers_) point.push_back(values[column.index()]);
        for (Integer distance = 0; !limits.exceeded(); distance = distance == 0 ? Integer(1) : Integer(2 * distance)) {
            std::vector<Rational> far = point;
            for (std::size_t i = 0; i < far.size(); ++i)
                far[i] += distance * recession_.direction()[integers_[i].index()];
            if (try_integers(rounded(far), limits)) return true;
        }
        return false;
    }

    std::vector<Integer> rounded(const std::vector<Rational>& point) const {
        const IntegerCoordinates& coordinates = recession_.coordinates();
        std::vector<Integer> result(point.size());
        for (std::size_t j = 0; j < point.size(); ++j) {
            Rational value;
            for (const IntegerTerm& term : coordinates.form(j)) value += term.coefficient * point[term.index];
            const Integer whole = nearest(value);
            if (sgn(whole) == 0) continue;
            for (const IntegerTerm& term : coordinates.direction(j)) result[term.index] += whole * term.coefficient;
        }
        return result;
    }

    /// Is there a solution with these values of the integer columns?
    bool try_integers(const std::vector<Integer>& point, const Limits& limits) {
        const std::size_t level = simplex_.level();
        simplex_.new_level();
        bool possible = true;
        for (std::size_t i = 0; possible && i < point.size(); ++i) {
            const DeltaRational value{Rational(point[i])};
            const ExactSimplex::Bound& lower = simplex_.bound(integers_[i], Side::lower);
            const ExactSimplex::Bound& upper = simplex_.bound(integers_[i], Side::upper);
            possible = !(lower.present && value < lower.value) && !(upper.present && value > upper.value);
            for (const Side side : {Side::lower, Side::upper})
                if (possible) simplex_.set_bound(integers_[i], side, value.value, Strictness::closed);
        }
        if (possible && simplex_.check({limits}) == ExactSimplex::Result::feasible) {
            simplex_.simplify_solution({limits});
            solution_ = simplex_.solution();
        }
        simplex_.backtrack(level);
        return !solution_.empty();
    }

    ExactSimplex simplex_;
    const std::vector<SimplexVariable>& integers_;
    const Recession& recession_;
    std::vector<SimplexVariable> forms_;  // of the simplex: the bounded coordinates
    std::vector<Branch> stack_;
    Needed refutation_;
    std::optional<IntegerSplit> split_;
    bool is_out_of_nodes_ = false;
    std::vector<Rational> solution_;
    std::uint64_t nodes_ = 0;
};

}  // namespace

void MixedInteger::add_integer(SimplexVariable column) {
    require(!system_.is_row(column), "integers are columns");
    if (is_integer(column)) return;
    if (is_integer_.size() <= column.index()) is_integer_.resize(column.index() + 1);
    is_integer_[column.index()] = true;
    integers_.push_back(column);
}

bool MixedInteger::holds(const std::vector<Rational>& values) const {
    return std::all_of(integers_.begin(), integers_.end(),
                       [&](SimplexVariable column) { return is_whole(values[column.index()]); });
}

IntegerSplit MixedInteger::column_split(const std::vector<Rational>& values) const {
    const auto column = std::find_if(integers_.begin(), integers_.end(),
                                     [&](SimplexVariable each) { return !is_whole(values[each.index()]); });
    require(column != integers_.end(), "a split is asked for where a column is no integer");
    return {{{*column, 1}}, floor(values[column->index()])};
}

Answer MixedInteger::check(ExactSimplex relaxed, std::uint64_t nodes, const Limits& limits) {
    split_.reset();
    core_.clear();
    if (!recession_.update(system_, integers_, limits)) return Answer::unknown;
    Search search(std::move(relaxed), integers_, recession_);
    const Answer answer = search.run(nodes, limits);
    nodes_ += search.nodes();
    if (answer == Answer::unsat) core_ = search.core();
    split_ = search.split();
    if (answer == Answer::sat) {
        solution_ = search.take_solution();
        solution_.resize(system_.variable_count());
    }
    return answer;
}

}  // namespace sinew::linear
