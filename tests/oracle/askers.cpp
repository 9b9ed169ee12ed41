// SPDX-License-Identifier: Apache-2.0
#include "oracle/askers.hpp"

#include <algorithm>
#include <string>

#include "base/error.hpp"
#include "oracle/dnn_text.hpp"
#include "oracle/reference_search.hpp"
#include "read/dnn/read_dnn.hpp"
#include "read/smtlib/script.hpp"
#include "read/vnnlib/vnnlib.hpp"
#include "verify/verify.hpp"
#include "write/dnn.hpp"
#include "write/smtlib.hpp"
#include "write/vnnlib.hpp"

namespace sinew::oracle {

namespace {
/// Textbook DPLL takes 2^phases programs: only small queries are put to it.
constexpr std::size_t most_textbook_phases = 7;

std::size_t phases(const Sketch& sketch) {
    std::size_t sum = 0;
    for (const LayerSketch& layer : sketch.layers)
        if (layer.kind == LayerKind::activation || layer.kind == LayerKind::max_pool) sum += layer.size;
    return sum;
}

/// Whether the witness speaks of the sketch's inputs: other readers order and add inputs as they need.
enum class Witnessed { yes, no };

Answer verified(const model::Query& query, verify::Strategy strategy, std::uint64_t seed, double seconds,
                Witnessed witnessed = Witnessed::yes) {
    verify::Options options;
    options.strategy = strategy;
    options.settings = seed;
    options.limits = Limits(seconds, std::nullopt, nullptr);
    Observer observer;
    const model::Verdict verdict = verify::verify(query, options, observer);
    Answer answer;
    answer.status = verdict.status;
    answer.text = verdict.reason;
    if (!verdict.witness) {
        if (verdict.status == model::Status::sat) return Answer::failure("sat without a witness");
        return answer;
    }
    if (witnessed == Witnessed::no) return answer;
    answer.has_witness = true;
    answer.booleans = verdict.witness->booleans;
    for (const Variable input : query.network.input_variables())
        answer.inputs.push_back(verdict.witness->values.at(input.index()));
    return answer;
}
}  // namespace

std::vector<Asker> reference_askers(double seconds) {
    const auto with = [=](search::Purpose purpose) {
        return [=](const Sketch& sketch) { return reference_search(sketch, purpose, seconds); };
    };
    return {{"reference", with(search::Purpose::search)}, {"reference textbook", with(search::Purpose::textbook)}};
}

std::vector<Asker> verify_askers(std::uint64_t seed, double seconds) {
    using verify::Strategy;
    const auto with = [=](Strategy strategy, std::uint64_t its_seed) {
        return [=](const Sketch& sketch) {
            if (strategy == Strategy::textbook && phases(sketch) > most_textbook_phases)
                return Answer::inapplicable("too many phases");
            if (strategy != Strategy::branch_and_bound) return verified(build(sketch), strategy, its_seed, seconds);
            // Alone it is incomplete, and bisects for ever where a threshold is hit exactly.
            const Answer answer = verified(build(sketch), strategy, its_seed, std::min(seconds, 0.2));
            if (answer.kind != Answer::Kind::verdict || answer.status != model::Status::unknown) return answer;
            return Answer::inapplicable("left open: " + answer.text);
        };
    };
    return {{"automatic", with(Strategy::automatic, seed)},
            {"automatic, other seed", with(Strategy::automatic, seed + 1)},
            {"lazy", with(Strategy::lazy, seed)},
            {"lazy, other seed", with(Strategy::lazy, seed + 1)},
            {"branch and bound", with(Strategy::branch_and_bound, seed)},
            {"textbook", with(Strategy::textbook, seed)}};
}

std::vector<Asker> format_askers(std::uint64_t seed, double seconds) {
    const auto dnn = [=](const Sketch& sketch) {
        const std::optional<std::string> text = dnn_text(sketch, seed);
        if (!text) return Answer::inapplicable("no words for it");
        return verified(read::parse_dnn(*text, "random.dnn"), verify::Strategy::automatic, seed, seconds);
    };
    const auto dnn_again = [=](const Sketch& sketch) {
        return verified(read::parse_dnn(write::dnn_text(build(sketch)), "written.dnn"), verify::Strategy::automatic,
                        seed, seconds, Witnessed::no);
    };
    const auto smtlib = [=](const Sketch& sketch) {
        const read::SmtScript script = read::parse_smtlib(write::smtlib_text(build(sketch)), "written.smt2");
        return verified(script.query(0).query, verify::Strategy::automatic, seed, seconds, Witnessed::no);
    };
    const auto vnnlib = [=](const Sketch& sketch) {
        const model::Query original = build(sketch);
        const std::string text = write::vnnlib_text(original);
        model::Query again;
        again.network = original.network;
        std::vector<Variable> outputs = original.outputs;
        if (outputs.empty() && sketch.layers.back().kind != LayerKind::input) {  // as the writer does: the last layer
            const model::Layer& last = again.network.layers().back();
            for (std::size_t i = 0; i < last.size; ++i) outputs.emplace_back(last.first.index() + i);
        }
        read::parse_vnnlib(text, "written.vnnlib", again.network.input_variables(), outputs, again);
        return verified(again, verify::Strategy::automatic, seed, seconds);
    };
    return {
        {"dnn text", dnn}, {"dnn round trip", dnn_again}, {"smtlib round trip", smtlib}, {"vnnlib round trip", vnnlib}};
}

std::vector<Asker> askers_named(std::string_view list, std::uint64_t seed, double seconds) {
    std::vector<Asker> all;
    while (!list.empty()) {
        const std::string_view name = list.substr(0, list.find(','));
        list.remove_prefix(std::min(list.size(), name.size() + 1));
        std::vector<Asker> some;
        if (name == "reference")
            some = reference_askers(seconds);
        else if (name == "verify")
            some = verify_askers(seed, seconds);
        else if (name == "engines")
            some = engine_askers(seed, seconds);
        else if (name == "formats")
            some = format_askers(seed, seconds);
        else if (name == "programs")
            some = program_askers(seconds);
        else
            throw UsageError("nobody to ask is called " + std::string(name));
        all.insert(all.end(), some.begin(), some.end());
    }
    return all;
}

}  // namespace sinew::oracle
