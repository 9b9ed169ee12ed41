// SPDX-License-Identifier: Apache-2.0
#include "api/classifier_file.hpp"

#include <algorithm>
#include <map>

#include <fmt/core.h>

#include "base/error.hpp"
#include "base/naming_file.hpp"
#include "read/bnn/read_bnn.hpp"
#include "read/bnn_text/read_bnn_text.hpp"
#include "read/dnn/read_dnn.hpp"
#include "read/format.hpp"
#include "read/onnx/onnx.hpp"
#include "read/query/load_query.hpp"
#include "threshold/fold.hpp"
#include "threshold/recognise.hpp"
#include "train/preparation_text.hpp"

namespace sinew {

namespace {
using model::InputKind;

/// What the domains of all inputs say that these are, if that is something.
std::optional<InputKind> kind_of_domains(const model::Query& query) {
    for (const InputKind kind : {InputKind::bits, InputKind::signs, InputKind::pixels, InputKind::unit}) {
        const model::InputRange range = model::range_of(kind);
        const bool all = std::ranges::all_of(query.domains, [&](const auto& entry) {
            const model::Domain& domain = entry.second;
            if ((domain.kind == model::DomainKind::integer) != range.whole) return false;
            if (kind == InputKind::signs) return domain.values == std::vector<Rational>{-1, 1};
            return domain.values.empty() && domain.lower == range.lower && domain.upper == range.upper;
        });
        if (all && query.domains.size() == query.network.input_variables().size()) return kind;
    }
    return std::nullopt;
}

constexpr const char* onnx_origin = "ONNX";

/// A file of any kind of network.
struct Source {
    model::Query query;
    std::map<std::string, std::string> notes;  ///< of ONNX
    std::string origin;

    std::string note(const char* key) const {
        const auto found = notes.find(key);
        return found == notes.end() ? std::string() : found->second;
    }
    /// What its inputs are said to be.
    std::optional<InputKind> kind() const {
        const std::optional<InputKind> noted = model::input_kind(note("sinew.input"));
        return noted ? noted : kind_of_domains(query);
    }
};

Source read_source(const std::string& path) {
    Source source;
    const read::Format format = read::find_format(path);
    if (format == read::Format::onnx) {
        read::OnnxNetwork onnx = read::read_onnx(path, {read::TrailingSoftmax::skip});
        source.query = std::move(onnx.query);
        source.query.outputs = onnx.outputs;
        source.notes = std::move(onnx.metadata);
        source.origin = onnx_origin;
    } else if (format == read::Format::dnn) {
        source.query = read::read_dnn(path);
        source.origin = "dnn text";
    } else {
        source.query = read::load_query({path});
        source.origin = "text";
    }
    return source;
}

/// Throws UsageError where the network is no binarized one.
model::BinarizedNetwork binarized(const Source& source) {
    model::BinarizedNetwork network =
        threshold::recognise(source.query.network, source.kind().value_or(InputKind::pixels));
    network.origin = source.origin;
    network.preparation = source.note("sinew.preparation");
    return network;
}

/// That its preparation makes its inputs; which of these are signs.
void check_preparation(model::BinarizedNetwork& network, const std::string& path) {
    if (network.preparation.empty()) return;
    const train::Preparation preparation = train::parse_preparation(network.preparation, path);
    if (network.input == InputKind::integers)
        for (const train::Feature& feature : preparation.features)
            network.sign_inputs.push_back(feature.rule != train::Feature::Rule::whole);
    if (preparation.features.size() != network.input_size())
        throw InputError({path, 0, 0}, fmt::format("its preparation makes {} inputs", preparation.features.size()),
                         fmt::format("{} as the network has", network.input_size()));
}

bool has_steps(const model::Network& network) {
    return std::ranges::any_of(network.layers(), [](const model::Layer& layer) {
        const auto* neurons = std::get_if<model::ActivationLayer>(&layer.operation);
        return neurons != nullptr && (neurons->activation.kind == model::ActivationKind::sign ||
                                      neurons->activation.kind == model::ActivationKind::hardlim);
    });
}

/// The binarized network that `source` is, if it is one. Text says what its inputs are, reals where it says nothing:
/// only of ONNX, where no file says it, a network of steps is taken for one over pixels.
std::optional<model::BinarizedNetwork> as_binarized(const Source& source) {
    if (!source.kind() && (source.origin != onnx_origin || !has_steps(source.query.network))) return std::nullopt;
    try {
        model::BinarizedNetwork network = binarized(source);
        static_cast<void>(threshold::fold(network));
        return network;
    } catch (const UsageError&) {
        return std::nullopt;
    }
}
}  // namespace

bool is_binarized_file(const std::string& path) {
    const read::Format format = read::find_format(path);
    return format == read::Format::folder || format == read::Format::npz || format == read::Format::bnn;
}

model::BinarizedNetwork read_binarized_file(const std::string& path, std::optional<InputKind> kind) {
    model::BinarizedNetwork network = naming_file(path, [&] {
        if (read::find_format(path) == read::Format::bnn) return read::read_bnn_text(path);
        if (is_binarized_file(path)) return read::read_binarized(path);
        const Source source = read_source(path);
        model::BinarizedNetwork known = binarized(source);
        if (!kind && !source.kind() && source.origin != onnx_origin)
            throw UsageError(
                "the inputs are reals, or of a domain that binarized networks have not (expected a domain such as "
                "int [0, 255] for each, or --input)");
        return known;
    });
    check_preparation(network, path);
    if (kind) network.input = *kind;
    return network;
}

ReadClassifier read_classifier(const std::string& path, std::optional<InputKind> kind) {
    ReadClassifier classifier;
    if (is_binarized_file(path) || kind) {
        classifier.binarized = read_binarized_file(path, kind);
        return classifier;
    }
    Source source = naming_file(path, [&] { return read_source(path); });
    classifier.binarized = as_binarized(source);
    if (classifier.binarized) {
        check_preparation(*classifier.binarized, path);
        return classifier;
    }
    if (source.query.outputs.empty())
        throw InputError({path, 0, 0}, "the network has no outputs", "one, or one for each class");
    classifier.network = std::move(source.query);
    return classifier;
}

}  // namespace sinew
