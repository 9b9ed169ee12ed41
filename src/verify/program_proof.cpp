// SPDX-License-Identifier: Apache-2.0
#include "verify/program_proof.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>
#include <vector>

#include <fmt/core.h>

#include "base/error.hpp"
#include "base/limit_scope.hpp"
#include "exact/exact_simplex.hpp"
#include "proof/proof_file.hpp"

namespace sinew::verify {

namespace {
using bounds::MixedProgram;
using RowRelation = MixedProgram::Relation;

constexpr std::size_t not_used = static_cast<std::size_t>(-1);

/// Numbers of constraints: bounds of columns, rows, then derivations.
class ViprProof {
  public:
    ViprProof(const MixedProgram& program, const Limits& limits) : program_(program), limits_(limits) { build(); }

    ProgramProof::Outcome search() {
        const std::optional<Refutation> found = refute();
        if (found) return ProgramProof::Outcome::proved;
        return is_stopped_ ? ProgramProof::Outcome::stopped : ProgramProof::Outcome::feasible;
    }

    void write(const std::string& path) const {
        proof::ProofOutput file(path);
        std::string text = fmt::format("VER 1.0\nVAR {}\n", program_.columns.size() + (slack_ == not_used ? 0 : 1));
        std::string integers;
        std::size_t integer_count = 0;
        for (std::size_t c = 0; c < program_.columns.size(); ++c) {
            text += program_.columns[c].name + "\n";
            if (!program_.columns[c].is_integer) continue;
            integers += fmt::format("{}\n", c);
            ++integer_count;
        }
        if (slack_ != not_used) text += "slack\n";
        text += fmt::format("INT {}\n{}OBJ min\n", integer_count, integers);
        text += slack_ == not_used ? "0\n" : fmt::format("1 {} -1\n", slack_);
        text += fmt::format("CON {} 0\n", given_.size());
        for (const std::string& line : given_) text += line;
        text += slack_ == not_used ? "RTP infeas\n" : "RTP range 0 inf\n";
        text += fmt::format("SOL 0\nDER {}\n", derived_.size());
        file.put(text);
        for (const Derivation& derivation : derived_) {
            // The last is the end: it stays.
            const bool is_kept = derivation.last_use == not_used;
            file.put(derivation.text + (is_kept ? " -1\n" : fmt::format(" {}\n", derivation.last_use)));
        }
        file.finish();
    }

    std::uint64_t programs() const { return programs_; }
    std::uint64_t derivations() const { return derived_.size(); }

  private:
    struct Derivation {
        std::string text;
        std::size_t last_use = not_used;
    };
    /// A derivation of the claim, and the assumptions that it rests on, sorted.
    struct Refutation {
        std::size_t number;
        std::vector<std::size_t> assumptions;
    };

    void build() {
        for (std::size_t c = 0; c < program_.columns.size(); ++c) {
            const MixedProgram::Column& column = program_.columns[c];
            const SimplexVariable variable = simplex_.add_column();
            by_side_.push_back({not_used, not_used});
            for (const Side side : {Side::lower, Side::upper}) {
                const std::optional<Rational>& value = side == Side::lower ? column.lower : column.upper;
                if (!value) continue;
                simplex_.set_bound(variable, side, *value, Strictness::closed);
                by_side_.back()[slot(side)] = given_.size();
                given_.push_back(fmt::format("{}{} {} {} 1 {} 1\n", side == Side::lower ? "l" : "u", c,
                                             side == Side::lower ? "G" : "L", value->get_str(), c));
            }
        }
        if (std::ranges::any_of(program_.rows, [](const MixedProgram::Row& row) { return row.is_strict; })) {
            slack_ = program_.columns.size();
            simplex_.set_bound(simplex_.add_column(), Side::lower, 0, Strictness::strict);
            simplex_.set_bound(SimplexVariable(slack_), Side::upper, 1, Strictness::closed);
            by_side_.push_back({not_used, given_.size()});
            given_.push_back(fmt::format("u{0} L 1 1 {0} 1\n", slack_));
        }
        for (std::size_t r = 0; r < program_.rows.size(); ++r) {
            const MixedProgram::Row& row = program_.rows[r];
            if (row.indicator != MixedProgram::none)
                throw UsageError("VIPR has no rows under a condition: an input, and so a neuron, has no bounds");
            std::vector<SimplexTerm> terms;
            std::string text;
            for (const auto& [column, coefficient] : row.terms) {
                text += fmt::format(" {} {}", column, coefficient.get_str());
                if (coefficient != 0) terms.push_back({SimplexVariable(column), coefficient});
            }
            if (row.is_strict) {
                text += fmt::format(" {} 1", slack_);
                terms.push_back({SimplexVariable(slack_), Rational(1)});
            }
            const SimplexVariable variable = simplex_.add_row(terms);
            if (row.relation != RowRelation::at_most)
                simplex_.set_bound(variable, Side::lower, row.right, Strictness::closed);
            if (row.relation != RowRelation::at_least)
                simplex_.set_bound(variable, Side::upper, row.right, Strictness::closed);
            by_side_.push_back({given_.size(), given_.size()});
            const char sense = row.relation == RowRelation::equal     ? 'E'
                               : row.relation == RowRelation::at_most ? 'L'
                                                                      : 'G';
            given_.push_back(fmt::format("r{} {} {} {}{}\n", r, sense, row.right.get_str(),
                                         row.terms.size() + (row.is_strict ? 1 : 0), text));
        }
    }

    static std::size_t slot(Side side) { return side == Side::lower ? 0 : 1; }

    std::size_t use(std::size_t number) {
        if (number >= given_.size()) derived_[number - given_.size()].last_use = given_.size() + derived_.size();
        return number;
    }
    std::size_t add(std::string text) {
        derived_.push_back({std::move(text)});
        return given_.size() + derived_.size() - 1;
    }

    /// The current bounds have no solution, with the simplex's multipliers: 0 >= 1, or that the slack is at most 0.
    Refutation refuted() {
        std::vector<std::pair<std::size_t, Rational>> sum;
        Rational right = 0;
        Rational of_slack = 0;
        Refutation result{0, {}};
        for (const BoundMultiplier& used : simplex_.certificate()) {
            const std::size_t number = by_side_[used.variable.index()][slot(used.side)];
            if (number == not_used) {  // that it is above 0 is no constraint
                of_slack = used.multiplier;
                continue;
            }
            const Rational factor = used.side == Side::lower ? used.multiplier : Rational(-used.multiplier);
            right += factor * simplex_.bound(used.variable, used.side).value.value;
            sum.emplace_back(number, factor);
            if (number >= given_.size()) result.assumptions.push_back(number);
        }
        require(of_slack > 0 ? right >= 0 : right > 0, "a certificate refutes its bounds");
        const Rational& scale = of_slack > 0 ? of_slack : right;
        std::string text = fmt::format("C{} {} {{ lin {}", derived_.size(), claim(of_slack == 0), sum.size());
        for (const auto& [number, factor] : sum)
            text += fmt::format(" {} {}", use(number), Rational(factor / scale).get_str());
        result.number = add(text + " }");
        std::ranges::sort(result.assumptions);
        return result;
    }

    /// What is derived: an absurdity, or that the slack is at most 0.
    std::string claim(bool is_absurd) const {
        return is_absurd || slack_ == not_used ? "G 1 0" : "G 0 OBJ";  // viprchk looks for the word
    }

    /// An integer column whose value is none, the farthest from one.
    std::optional<std::pair<std::size_t, Rational>> fractional(const std::vector<Rational>& solution) const {
        std::optional<std::pair<std::size_t, Rational>> found;
        Rational farthest = 0;
        for (std::size_t c = 0; c < program_.columns.size(); ++c) {
            if (!program_.columns[c].is_integer || solution[c].get_den() == 1) continue;
            Integer below;
            mpz_fdiv_q(below.get_mpz_t(), solution[c].get_num_mpz_t(), solution[c].get_den_mpz_t());
            const Rational part = solution[c] - below;
            const Rational distance = std::min(part, Rational(1 - part));
            if (distance <= farthest) continue;
            farthest = distance;
            found = {c, Rational(below)};
        }
        return found;
    }

    /// Absent: there is a solution, or a limit is reached.
    std::optional<Refutation> refute() {
        ++programs_;
        if (limits_.exceeded()) is_stopped_ = true;
        if (is_stopped_) return std::nullopt;
        const ExactSimplex::Result result = simplex_.check({.limits = limits_});
        if (result == ExactSimplex::Result::infeasible) return refuted();
        if (result == ExactSimplex::Result::stopped) is_stopped_ = true;
        if (is_stopped_) return std::nullopt;
        const auto branch = fractional(simplex_.solution());
        if (!branch) return std::nullopt;
        std::size_t assumed[2];
        Refutation sides[2];
        for (const Side side : {Side::upper, Side::lower}) {
            const bool is_upper = side == Side::upper;
            const Rational point = is_upper ? branch->second : Rational(branch->second + 1);
            std::size_t& assumption = assumed[is_upper ? 0 : 1];
            assumption = add(fmt::format("A{} {} {} 1 {} 1 {{ asm }}", derived_.size(), is_upper ? 'L' : 'G',
                                         point.get_str(), branch->first));
            std::optional<Refutation> found = under(branch->first, side, point, assumption);
            if (!found) return std::nullopt;
            if (!std::ranges::binary_search(found->assumptions, assumption)) return found;  // it holds without
            sides[is_upper ? 0 : 1] = std::move(*found);
        }
        Refutation joined{0, {}};
        for (std::size_t s = 0; s < 2; ++s)
            for (const std::size_t each : sides[s].assumptions)
                if (each != assumed[s]) joined.assumptions.push_back(each);
        std::ranges::sort(joined.assumptions);
        const auto repeated = std::ranges::unique(joined.assumptions);
        joined.assumptions.erase(repeated.begin(), repeated.end());
        joined.number = add(fmt::format("J{} {} {{ uns {} {} {} {} }}", derived_.size(), claim(false),
                                        use(sides[0].number), use(assumed[0]), use(sides[1].number), use(assumed[1])));
        return joined;
    }

    std::optional<Refutation> under(std::size_t column, Side side, const Rational& point, std::size_t assumption) {
        const std::size_t level = simplex_.level();
        simplex_.new_level();
        const std::size_t before = std::exchange(by_side_[column][slot(side)], assumption);
        simplex_.set_bound(SimplexVariable(column), side, point, Strictness::closed);
        std::optional<Refutation> found = refute();
        by_side_[column][slot(side)] = before;
        simplex_.backtrack(level);
        return found;
    }

    const MixedProgram& program_;
    const Limits& limits_;
    ExactSimplex simplex_;
    std::vector<std::array<std::size_t, 2>> by_side_;  ///< by variable: the constraint that its bound is
    std::vector<std::string> given_;
    std::vector<Derivation> derived_;
    /// Strict rows: the least of what they have to spare, which is maximised; none without any.
    std::size_t slack_ = not_used;
    std::uint64_t programs_ = 0;
    bool is_stopped_ = false;
};

}  // namespace

ProgramProof prove_program(const MixedProgram& program, const std::string& path, const Limits& limits) {
    ViprProof proof(program, limits);
    ProgramProof result;
    result.outcome = proof.search();
    result.programs = proof.programs();
    result.derivations = proof.derivations();
    if (result.outcome == ProgramProof::Outcome::proved) proof.write(path);
    return result;
}

}  // namespace sinew::verify
