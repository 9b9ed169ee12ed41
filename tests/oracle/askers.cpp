#include "oracle/askers.hpp"

#include <string>

#include "base/error.hpp"
#include "oracle/dnn_text.hpp"
#include "oracle/reference_search.hpp"
#include "read/dnn/read_dnn.hpp"
#include "verify/verify.hpp"

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

Answer verified(const model::Query& query, verify::Strategy strategy, std::uint64_t seed, double seconds) {
    verify::Options options;
    options.strategy = strategy;
    options.seed = seed;
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
            return verified(build(sketch), strategy, its_seed, seconds);
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
    return {{"dnn text", dnn}};
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
