// SPDX-License-Identifier: Apache-2.0
#include "verify/aptp_proof.hpp"

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/core.h>

#include "base/error.hpp"
#include "base/limit_scope.hpp"
#include "proof/proof_file.hpp"
#include "search/relu_refutation.hpp"

namespace sinew::verify {

namespace {
using search::AssumedPhase;

/// "-0.125", or empty where the decimals do not end.
std::string decimal(const Rational& value) {
    Integer rest = value.get_den();
    unsigned long twos = mpz_remove(rest.get_mpz_t(), rest.get_mpz_t(), Integer(2).get_mpz_t());
    unsigned long fives = mpz_remove(rest.get_mpz_t(), rest.get_mpz_t(), Integer(5).get_mpz_t());
    if (rest != 1) return "";
    const unsigned long places = std::max(twos, fives);
    Integer power;
    mpz_ui_pow_ui(power.get_mpz_t(), 10, places);
    std::string digits = Rational(abs(value) * power).get_num().get_str();
    if (digits.size() <= places) digits.insert(0, places + 1 - digits.size(), '0');
    if (places > 0) digits.insert(digits.size() - places, ".");
    return (sgn(value) < 0 ? "-" : "") + digits;
}

std::string number(const Rational& value) {
    const std::string text = decimal(value);
    return text.empty() ? value.get_str() : text;
}

/// A chain of sums and ReLUs, which ends in sums: affine layers that follow each other are one.
struct Chain {
    std::vector<std::size_t> sums;  ///< layers of the network
    std::size_t inputs = 0;
    std::size_t output = 0;  ///< the last layer
};

std::optional<Chain> chain_of(const model::Network& network) {
    Chain chain;
    if (network.layer_count() < 2) return std::nullopt;
    for (std::size_t l = 0; l < network.layer_count(); ++l) {
        const model::Layer& layer = network.layers()[l];
        const auto reads_last = [&](model::LayerId source) { return source.index() + 1 == l; };
        if (const auto* affine = std::get_if<model::AffineLayer>(&layer.operation)) {
            if (affine->terms.size() != 1 || !reads_last(affine->terms[0].source)) return std::nullopt;
            const bool is_first =
                l == 1 || std::holds_alternative<model::ActivationLayer>(network.layers()[l - 1].operation);
            if (!is_first) chain.sums.pop_back();
            chain.sums.push_back(l);
        } else if (const auto* neurons = std::get_if<model::ActivationLayer>(&layer.operation)) {
            if (neurons->activation.kind != model::ActivationKind::relu || !reads_last(neurons->source) || l == 1)
                return std::nullopt;
            if (std::holds_alternative<model::ActivationLayer>(network.layers()[l - 1].operation)) return std::nullopt;
        } else if (l == 0 && std::holds_alternative<model::InputLayer>(layer.operation)) {
            chain.inputs = layer.size;
        } else {
            return std::nullopt;
        }
    }
    chain.output = network.layer_count() - 1;
    if (!std::holds_alternative<model::AffineLayer>(network.layers()[chain.output].operation)) return std::nullopt;
    return chain;
}

/// An affine component over the inputs or neurons below it.
LinearForm sum_of(const model::Network& network, std::size_t layer, std::size_t index) {
    LinearForm form = network.affine_form(model::LayerId(layer), index);
    while (std::holds_alternative<model::AffineLayer>(network.layers()[layer - 1].operation)) {
        --layer;
        LinearForm below(form.constant());
        for (const LinearTerm& term : form.terms())
            below.add(network.affine_form(model::LayerId(layer), network.component(term.variable).index),
                      term.coefficient);
        form = std::move(below);
    }
    return form;
}

/// "(<= Y_0 Y_1)", "(<= Y_0 1.5)", "(>= Y_0 1.5)"; empty where the row is none of these.
std::string output_row(const model::Network& network, const Chain& chain, const LinearForm& form) {
    const auto name = [&](const LinearTerm& term) {
        const model::Component component = network.component(term.variable);
        return component.layer.index() == chain.output ? fmt::format("Y_{}", component.index) : std::string();
    };
    const std::vector<LinearTerm>& terms = form.terms();
    if (terms.empty() || terms.size() > 2 ||
        std::any_of(terms.begin(), terms.end(), [&](const LinearTerm& term) { return name(term).empty(); }))
        return "";
    if (terms.size() == 2) {
        if (terms[0].coefficient != -terms[1].coefficient || sgn(form.constant()) != 0) return "";
        const std::size_t low = sgn(terms[0].coefficient) > 0 ? 0 : 1;
        return fmt::format("(<= {} {})", name(terms[low]), name(terms[1 - low]));
    }
    const std::string bound = decimal(-form.constant() / terms[0].coefficient);
    if (bound.empty()) return "";
    return sgn(terms[0].coefficient) > 0 ? fmt::format("(<= {} {})", name(terms[0]), bound)
                                         : fmt::format("(>= {} {})", name(terms[0]), bound);
}

/// Why the query cannot be said; empty if it can.
std::string aptp_obstacle(const model::Query& query) {
    if (std::string obstacle = search::program_obstacle(query); !obstacle.empty()) return obstacle;
    const std::optional<Chain> chain = chain_of(query.network);
    if (!chain) return "a network that is no chain of sums and ReLUs, from inputs to sums";
    if (chain->sums.size() < 2) return "a network without ReLUs";
    for (const model::Domain& domain : demanded_domains(query)) {
        if (decimal(*domain.lower).empty() || decimal(*domain.upper).empty())
            return "bounds of inputs that are no decimals";
        if (*domain.lower > *domain.upper) return "an empty box";
    }
    const search::ReluProgram program = search::relu_program(query, false);
    if (program.disjuncts.empty()) return "a condition that nothing can meet";
    for (const search::ProgramDisjunct& disjunct : program.disjuncts) {
        if (disjunct.rows.empty()) return "a condition that does not speak of outputs";
        for (const search::ProgramRow& row : disjunct.rows)
            if (output_row(query.network, *chain, row.form).empty())
                return "conditions that are not Y_i <= Y_j, Y_i <= NUMBER or Y_i >= NUMBER";
    }
    return "";
}

class AptpFiles {
  public:
    AptpFiles(const model::Query& query, const bounds::MixedProgram& names, const Chain& chain, const Limits& limits)
        : query_(query), names_(names), chain_(chain), limits_(limits) {}

    /// Of one case of the conditions; false if it has a solution.
    bool write(std::uint32_t which, const std::string& path, ProgramProof& result) {
        search::ReluProgram program = search::relu_program(query_, false, which);
        for (std::size_t v = 0; v < query_.network.variable_count(); ++v)
            program.proof.variables[v] = names_.columns[v].name;
        search::ReluRefutation refutation(program, query_);
        if (!refutation.run(limits_)) return false;
        result.programs += refutation.programs();
        const std::string stem = path.substr(0, path.size() - std::string_view(".aptp").size());
        write_network(stem + ".net");
        const std::string_view name = std::string_view(stem).substr(stem.find_last_of('/') + 1);
        std::string manifest;
        std::string leaves;
        const auto leaf = [&](std::vector<long> literals, std::vector<AssumedPhase> phases, std::uint32_t proof) {
            std::vector<std::pair<std::uint32_t, std::uint32_t>> given;
            for (const AssumedPhase& phase : phases)
                given.emplace_back(refutation.assumption(phase), refutation.assumption({phase.neuron, !phase.active}));
            std::sort(literals.begin(), literals.end());
            const std::string file = fmt::format("{}.leaf{}.vipr", name, key_of(literals));
            const proof::ViprProof part = proof::cut_down(program.proof, proof, given);
            result.derivations += part.steps.size();
            proof::write_vipr(part, fmt::format("{}.leaf{}.vipr", stem, key_of(literals)));
            manifest += fmt::format("{} {}\n", key_of(literals), file);
            leaves += "    (and";
            for (const long literal : literals)
                leaves += fmt::format(" ({} N_{} 0)", literal < 0 ? "<" : ">=", std::abs(literal));
            leaves += ")\n";
        };
        for (const search::RefutedLeaf& refuted : refutation.leaves()) {
            if (refuted.phases.empty()) {  // the format knows no leaf without a phase
                const bool is_open = !program.neurons.empty();
                const long neuron = is_open ? static_cast<long>(program.neurons[0].number) + 1 : 1;
                for (const bool active : {false, true})
                    leaf({active ? neuron : -neuron},
                         is_open ? std::vector<AssumedPhase>{{0, active}} : std::vector<AssumedPhase>{}, refuted.proof);
                continue;
            }
            std::vector<long> literals;
            for (const AssumedPhase& phase : refuted.phases) {
                const long neuron = static_cast<long>(program.neurons[phase.neuron].number) + 1;
                literals.push_back(phase.active ? neuron : -neuron);
            }
            leaf(std::move(literals), refuted.phases, refuted.proof);
        }
        proof::ProofOutput text(stem + ".manifest");
        text.put(manifest);
        text.finish();
        write_tree(program, leaves, path);
        return true;
    }

  private:
    static std::string key_of(const std::vector<long>& literals) {
        std::string key;
        for (const long literal : literals) key += (key.empty() ? "" : "_") + std::to_string(literal);
        return key;
    }

    void write_network(const std::string& path) const {
        const model::Network& network = query_.network;
        proof::ProofOutput file(path);
        file.put(fmt::format("NET v1\nINPUT {}\n", chain_.inputs));
        for (std::size_t s = 0; s < chain_.sums.size(); ++s) {
            const std::size_t layer = chain_.sums[s];
            const std::size_t size = network.layers()[layer].size;
            std::vector<LinearForm> sums;
            for (std::size_t i = 0; i < size; ++i) {
                check_limits();
                sums.push_back(sum_of(network, layer, i));
            }
            std::size_t below = layer;
            while (std::holds_alternative<model::AffineLayer>(network.layers()[below].operation)) --below;
            const model::Layer& source = network.layers()[below];
            file.put(fmt::format("LAYER Linear {} {}\n", size, source.size));
            for (std::size_t i = 0; i < size; ++i) {
                file.put(i == 0 ? "W" : " ");
                std::size_t next = 0;
                for (const LinearTerm& term : sums[i].terms()) {
                    const std::size_t column = term.variable.index() - source.first.index();
                    for (; next < column; ++next) file.put(" 0");
                    file.put(' ');
                    file.put(number(term.coefficient));
                    ++next;
                }
                for (; next < source.size; ++next) file.put(" 0");
                file.put("\n");
            }
            file.put("B");
            for (const LinearForm& sum : sums) {
                file.put(' ');
                file.put(number(sum.constant()));
            }
            file.put(s + 1 < chain_.sums.size() ? "\nLAYER ReLU\n" : "\n");
        }
        file.put("END\n");
        file.finish();
    }

    void write_tree(const search::ReluProgram& program, const std::string& leaves, const std::string& path) const {
        const model::Network& network = query_.network;
        proof::ProofOutput file(path);
        file.put("; Input variables\n");
        for (std::size_t i = 0; i < chain_.inputs; ++i) file.put(fmt::format("(declare-const X_{} Real)\n", i));
        file.put("\n; Output variables\n");
        for (std::size_t i = 0; i < network.layers()[chain_.output].size; ++i)
            file.put(fmt::format("(declare-const Y_{} Real)\n", i));
        file.put("\n; Hidden variables\n");
        for (std::size_t i = 1; i <= program.relus; ++i) file.put(fmt::format("(declare-pwl N_{} ReLU)\n", i));
        file.put("\n; Input constraints\n");
        for (std::size_t i = 0; i < chain_.inputs; ++i) {
            const auto& [low, high] = program.box[i];
            file.put(fmt::format("(assert (>= X_{} {}))\n", i, decimal(program.proof.constraints[low].bound)));
            file.put(fmt::format("(assert (<= X_{} {}))\n", i, decimal(program.proof.constraints[high].bound)));
        }
        file.put("\n; Hidden constraints\n(assert (or\n" + leaves + "))\n\n; Output constraints\n");
        for (const search::ProgramRow& row : program.disjuncts[0].rows)
            file.put("(assert " + output_row(network, chain_, row.form) + ")\n");
        file.finish();
    }

    const model::Query& query_;
    const bounds::MixedProgram& names_;
    const Chain& chain_;
    const Limits& limits_;
};
}  // namespace

void require_aptp(const model::Query& query) {
    if (const std::string obstacle = aptp_obstacle(query); !obstacle.empty())
        throw UsageError("APTP, of ReLU networks over boxes, cannot say " + obstacle);
}

ProgramProof prove_aptp(const model::Query& query, const bounds::MixedProgram& names, const std::string& path,
                        const Limits& limits) {
    const LimitScope scope(limits);
    ProgramProof result;
    try {
        const std::optional<Chain> chain = chain_of(query.network);
        const std::size_t cases = search::program_cases(query)->size();
        AptpFiles files(query, names, *chain, limits);
        result.outcome = ProgramProof::Outcome::proved;
        for (std::uint32_t which = 0; which < cases; ++which) {
            const std::string stem = path.substr(0, path.size() - std::string_view(".aptp").size());
            const std::string file = cases == 1 ? path : fmt::format("{}.case{}.aptp", stem, which);
            if (!files.write(which, file, result)) result.outcome = ProgramProof::Outcome::feasible;
            if (result.outcome != ProgramProof::Outcome::proved) break;
        }
    } catch (const LimitReached&) {
        result.outcome = ProgramProof::Outcome::stopped;
    }
    return result;
}

}  // namespace sinew::verify
