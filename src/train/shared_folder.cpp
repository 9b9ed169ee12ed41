// SPDX-License-Identifier: Apache-2.0
#include "train/shared_folder.hpp"

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <utility>

#include <fcntl.h>
#include <fmt/core.h>
#include <nlohmann/json.hpp>
#include <sys/file.h>
#include <unistd.h>

#include "base/atomic_file.hpp"
#include "base/output_error.hpp"
#include "base/sha256.hpp"
#include "train/demands.hpp"
#include "train/exact.hpp"

namespace sinew::train {

namespace {
constexpr int shared_format = 1;
constexpr std::string_view alphabet = "-0+";  ///< of weights -1, 0, 1

/// Numbers one after the other, each list with its length before it: no two problems are one text.
class ProblemText {
  public:
    explicit ProblemText(Sha256& digest) : digest_(digest) {}
    template <class Number>
    void number(Number value) {
        digest_.add(fmt::format("{} ", value));
    }
    void word(const std::string& value) { digest_.add(value + " "); }
    template <class Numbers>
    void numbers(const Numbers& values) {
        number(values.size());
        std::string text;
        for (const auto value : values) {
            text += fmt::format("{} ", value);
            if (text.size() < 65536) continue;
            digest_.add(text);
            text.clear();
        }
        digest_.add(text);
    }

  private:
    Sha256& digest_;
};

void add_robustness(ProblemText& text, const Robustness& robustness) {
    text.number(static_cast<int>(robustness.demand));
    text.number(static_cast<int>(robustness.place));
    text.word(to_string(robustness.fraction));
    text.number(robustness.epsilon);
    text.numbers(robustness.epsilons);
    text.numbers(robustness.neighbours);
    text.numbers(robustness.neighbour_of);
    text.numbers(robustness.sensitive);
}

nlohmann::json weights_json(const Weights& weights) {
    nlohmann::json layers = nlohmann::json::array();
    for (const std::vector<std::int8_t>& layer : weights.layers) {
        std::string text;
        for (const std::int8_t weight : layer) text += alphabet[static_cast<std::size_t>(weight + 1)];
        layers.push_back(std::move(text));
    }
    return layers;
}

Weights shared_weights(const nlohmann::json& layers) {
    Weights weights;
    for (const nlohmann::json& layer : layers) {
        std::vector<std::int8_t>& values = weights.layers.emplace_back();
        for (const char c : layer.get<std::string>()) {
            const std::size_t at = alphabet.find(c);
            if (at == std::string_view::npos) throw std::invalid_argument("a weight is none of -, 0 and +");
            values.push_back(static_cast<std::int8_t>(static_cast<int>(at) - 1));
        }
    }
    return weights;
}

std::string content_of(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

/// Held while the file is looked at and replaced. Where the file system has no locks a better one may be lost, and is
/// told again with the next.
class Lock {
  public:
    explicit Lock(const std::string& path) : descriptor_(open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666)) {
        if (descriptor_ < 0) throw OutputError(path, errno);
        while (flock(descriptor_, LOCK_EX) != 0 && errno == EINTR) {
        }
    }
    Lock(const Lock&) = delete;
    Lock& operator=(const Lock&) = delete;
    ~Lock() { close(descriptor_); }

  private:
    int descriptor_;
};
}  // namespace

std::string digest_of(const Problem& problem) {
    Sha256 digest;
    ProblemText text(digest);
    text.number(problem.examples.features);
    text.number(problem.examples.classes);
    text.numbers(problem.examples.values);
    text.numbers(problem.examples.labels);
    text.numbers(problem.architecture.layers);
    text.number(problem.architecture.zero_weights ? 1 : 0);
    text.number(static_cast<int>(problem.architecture.output));
    text.number(problem.objectives.size());
    for (const Objective objective : problem.objectives) text.number(static_cast<int>(objective));
    text.number(problem.least_right);
    text.number(problem.forbid_perfect ? 1 : 0);
    text.numbers(problem.class_weights);
    text.number(problem.robustness ? 1 : 0);
    if (problem.robustness) add_robustness(text, *problem.robustness);
    text.number(problem.fairness.size());
    for (const Robustness& fairness : problem.fairness) add_robustness(text, fairness);
    return digest.text();
}

SharedFolder::SharedFolder(std::string folder, const Problem& problem)
    : problem_(problem), digest_(digest_of(problem)) {
    std::error_code error;
    std::filesystem::create_directories(folder, error);
    if (!std::filesystem::is_directory(folder)) throw OutputError(folder, error ? error.value() : ENOTDIR);
    path_ = fmt::format("{}/training_{}.json", folder, digest_.substr(0, 16));
    lock_ = fmt::format("{}/training_{}.lock", folder, digest_.substr(0, 16));
}

std::optional<SharedFolder::State> SharedFolder::read() const {
    try {
        const nlohmann::json object = nlohmann::json::parse(last_);
        if (object.at("kind") != "training" || object.at("format") != shared_format || object.at("problem") != digest_)
            return std::nullopt;
        State state;
        if (!object.at("weights").is_null()) state.weights = shared_weights(object.at("weights"));
        if (state.weights && !fits(problem_, *state.weights)) return std::nullopt;
        if (!object.at("bound").is_null()) state.bound = object.at("bound").get<std::int64_t>();
        state.is_infeasible = object.at("infeasible").get<bool>();
        return state;
    } catch (const nlohmann::json::exception&) {
        return std::nullopt;
    } catch (const std::invalid_argument&) {
        return std::nullopt;
    }
}

std::optional<SharedFolder::State> SharedFolder::look() {
    std::string content = content_of(path_);
    if (content.empty() || content == last_) return std::nullopt;
    last_ = std::move(content);
    return read();
}

void SharedFolder::tell(const State& found) {
    const Lock lock(lock_);
    last_ = content_of(path_);
    State all = read().value_or(State{});
    // What is there was told by another, and is worth what it is worth here.
    if (all.weights && !satisfies(problem_, *all.weights)) all.weights.reset();
    bool is_news = false;
    if (found.weights &&
        (!all.weights || is_better(problem_, values_of(problem_, *found.weights), values_of(problem_, *all.weights)))) {
        all.weights = found.weights;
        is_news = true;
    }
    const bool rises = problem_.objectives.front() == Objective::min_weight;
    if (found.bound && (!all.bound || (rises ? *found.bound > *all.bound : *found.bound < *all.bound))) {
        all.bound = found.bound;
        is_news = true;
    }
    if (found.is_infeasible && !all.is_infeasible) is_news = all.is_infeasible = true;
    if (!is_news) return;
    nlohmann::json object = {{"kind", "training"}, {"format", shared_format}, {"problem", digest_}};
    object["weights"] = all.weights ? weights_json(*all.weights) : nlohmann::json(nullptr);
    object["bound"] = all.bound ? nlohmann::json(*all.bound) : nlohmann::json(nullptr);
    object["infeasible"] = all.is_infeasible;
    std::string text = nlohmann::to_string(object) + "\n";
    AtomicFile file(path_);
    file.append(text);
    file.finish();
    last_ = std::move(text);
}

}  // namespace sinew::train
