// SPDX-License-Identifier: Apache-2.0
#include "read/onnx/onnx.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <map>
#include <unordered_set>

#include <fmt/core.h>

#include "base/error.hpp"
#include "base/join.hpp"
#include "base/limit_scope.hpp"
#include "base/suggest.hpp"
#include "base/utf8.hpp"
#include "onnx.pb.h"
#include "read/file.hpp"
#include "read/onnx/builder.hpp"
#include "read/onnx/cases.hpp"
#include "read/onnx/constant.hpp"
#include "read/onnx/external_data.hpp"
#include "read/onnx/folding.hpp"
#include "read/onnx/functions.hpp"
#include "read/onnx/graph.hpp"
#include "read/onnx/model_file.hpp"
#include "read/onnx/normalised_numbers.hpp"
#include "read/onnx/operator.hpp"
#include "read/onnx/operator_table.hpp"
#include "read/onnx/order.hpp"
#include "read/onnx/peephole.hpp"
#include "read/onnx/sequences.hpp"

namespace sinew::read {

namespace onnx {
namespace {
/// The bytes of a file, which may be given back piece by piece.
class Bytes {
  public:
    explicit Bytes(std::string_view view) : view_(view) {}
    explicit Bytes(FileContent content) : content_(std::move(content)), view_(content_) {}
    std::string_view view() const { return view_; }
    /// These are not read again.
    void discard(std::string_view part) {
        if (content_.size() != 0) content_.discard(part);
    }

  private:
    FileContent content_;
    std::string_view view_;
};

/// Reads one model; its members are the state of that reading.
class ModelReader {
  public:
    ModelReader(ModelFile& model, Bytes& bytes, const std::string& file, const std::optional<std::string>& folder,
                const OnnxOptions& options)
        : model_(model.model),
          graph_(*model.model.mutable_graph()),
          raw_(std::move(model.raw)),
          bytes_(bytes),
          file_(file),
          folder_(folder),
          options_(options),
          opset_(standard_opset(model.model)),
          network_(bytes.view().size(), [this](const std::string& message) { fail(message); }) {}

    OnnxNetwork read() {
        inline_functions(model_, file_, opset_, opsets_);
        write_out_sequences(graph_);
        choose_outputs();
        if (graph_.output_size() == 0) fail("the graph has no outputs");
        outputs_ = graph_.output_size();
        for (const std::string& name : options_.hidden) graph_.add_output()->set_name(value_called(name));
        if (graph_.sparse_initializer_size() != 0) fail("sparse initializers are not supported");
        for (int i = 0; i < graph_.initializer_size(); ++i)
            if (!initializers_.emplace(graph_.initializer(i).name(), i).second)
                fail(fmt::format("two initializers are called '{}'", printable(graph_.initializer(i).name())));
        positive_signs_ = fuse_signs(graph_, initializers_);
        batch_norm_uses_ = batch_norm_uses(graph_);
        only_ordered_ = only_ordered(graph_);
        std::unordered_map<std::string, int> known = initializers_;
        read_inputs(known);
        const std::vector<int> order = evaluation_order(graph_, file_, known, uses_);
        try {
            for (const int n : order) run(n);
        } catch (UnboundedSteps& caught) {
            caught.inputs = tensors_;
            throw;
        }
        return finish();
    }

  private:
    [[noreturn]] void fail(const std::string& message) const { throw InputError({file_, 0, 0}, message); }

    std::int64_t standard_opset(const ModelProto& model) const {
        constexpr std::int64_t first_version_with_opsets = 3;
        std::int64_t opset = model.ir_version() < first_version_with_opsets ? 1 : 0;
        for (const OperatorSetIdProto& import : model.opset_import())
            if (import.domain().empty() || import.domain() == "ai.onnx") opset = import.version();
        if (opset == 0) fail("the file does not say which opset it uses; it may be cut short");
        if (opset < 1 || opset > newest_opset) fail(fmt::format("opset {} is not one of 1 to {}", opset, newest_opset));
        return opset;
    }

    /// Only what the chosen outputs need is read then.
    void choose_outputs() {
        if (options_.outputs.empty()) return;
        std::unordered_set<std::string> known;
        for (const ValueInfoProto& value : graph_.input()) known.insert(value.name());
        for (const NodeProto& node : graph_.node()) known.insert(node.output().begin(), node.output().end());
        std::vector<std::string> own;
        for (const ValueInfoProto& output : graph_.output()) own.push_back(printable(output.name()));
        graph_.clear_output();
        for (const std::string& name : options_.outputs) {
            if (name.empty() || !known.contains(name))
                throw InputError({file_, 0, 0}, fmt::format("no value of the graph is called '{}'", printable(name)),
                                 "an output of the graph (" + joined(own, ", ") + ") or of one of its nodes");
            graph_.add_output()->set_name(name);
        }
    }

    /// The value inside the graph that a name stands for: a node's output, or the one output of a node.
    std::string value_called(const std::string& name) const {
        std::vector<std::string> known;
        for (const NodeProto& node : graph_.node())
            for (const std::string& output : node.output()) known.push_back(output);
        for (const ValueInfoProto& input : graph_.input()) known.push_back(input.name());
        if (std::ranges::find(known, name) != known.end()) return name;
        for (const NodeProto& node : graph_.node())
            if (node.name() == name && node.output_size() == 1) return node.output(0);
        fail(fmt::format("no node of the graph has an output called '{}'{}", printable(name),
                         did_you_mean(name, known)));
    }

    void read_inputs(std::unordered_map<std::string, int>& known) {
        for (const ValueInfoProto& input : graph_.input()) {
            if (initializers_.contains(input.name())) continue;  // a default value: sinew takes it
            if (!known.emplace(input.name(), -1).second)
                fail(fmt::format("two inputs are called '{}'", printable(input.name())));
            Tensor tensor = network_.input(input.name(), input_shape(input));
            tensor.data_type = input.type().tensor_type().elem_type();
            if (const auto range = range_of(tensor.data_type)) {
                tensor.type = ElementType::integer;
                for (std::size_t i = 0; i < tensor.source->size; ++i)
                    domains_.emplace_back(network_.network().variable(tensor.source->id, i), domain_of(*range));
            }
            NamedTensor named{input.name(), tensor.shape, {}, type_name(tensor.data_type)};
            for (std::size_t i = 0; i < tensor.source->size; ++i)
                named.elements.push_back(network_.network().variable(tensor.source->id, i));
            inputs_.insert(inputs_.end(), named.elements.begin(), named.elements.end());
            tensors_.push_back(std::move(named));
            values_.emplace(input.name(), std::move(tensor));
        }
    }

    /// 64 bits are more than any question asks about: as good as none.
    static model::Domain domain_of(const IntegerRange& range) {
        constexpr unsigned long widest = 62;
        model::Domain domain;
        domain.kind = model::DomainKind::integer;
        if (range.lower >= -(Integer(1) << widest)) domain.lower = range.lower;
        if (range.upper <= (Integer(1) << widest)) domain.upper = range.upper;
        return domain;
    }

    Shape input_shape(const ValueInfoProto& input) const {
        const std::string name = printable(input.name());
        const TypeProto::Tensor& type = input.type().tensor_type();
        if (!input.type().has_tensor_type() || !type.has_shape()) fail(fmt::format("input '{}' has no shape", name));
        if (!is_real_type(type.elem_type()) && !range_of(type.elem_type()))
            fail(fmt::format("input '{}' has elements of type {}, which are no numbers", name,
                             type_name(type.elem_type())));
        Shape shape;
        for (int axis = 0; axis < type.shape().dim_size(); ++axis) {
            const TensorShapeProto::Dimension& extent = type.shape().dim(axis);
            if (extent.has_dim_value() && extent.dim_value() > 0)
                shape.push_back(static_cast<std::size_t>(extent.dim_value()));
            else if (axis == 0 && (!extent.has_dim_value() || extent.dim_value() >= -1))
                shape.push_back(1);  // a batch of any size: one
            else
                fail(fmt::format("input '{}' has no fixed positive extent on axis {}", name, axis));
        }
        if (element_count(shape) > largest_tensor)
            fail(fmt::format("input '{}' of shape {} has more than {} elements", name, to_string(shape),
                             largest_tensor));
        return shape;
    }

    /// A value for one reader; the last one gets it without a copy.
    Value read_value(const std::string& name) {
        const bool last = --uses_[name] == 0;
        auto found = values_.find(name);
        if (found == values_.end()) {
            const int index = initializers_.at(name);
            std::string_view& raw = raw_[static_cast<std::size_t>(index)];
            const auto stop = [&](const std::string& message) {
                fail(fmt::format("initializer '{}': {}", printable(name), message));
            };
            Value constant = read_initializer(*graph_.mutable_initializer(index), stop, raw);
            if (last) return constant;
            found = values_.emplace(name, std::move(constant)).first;
        }
        if (!last) return found->second;
        Value value = std::move(found->second);
        values_.erase(found);
        return value;
    }

    Constant read_initializer(TensorProto& tensor, const FailTensor& stop, std::string_view& raw) {
        if (tensor.data_location() == TensorProto::EXTERNAL) {
            if (!folder_) stop("its data are in another file (external data), and the model is in none");
            tensor.set_data_location(TensorProto::DEFAULT);
            const std::string bytes = read_external(tensor, *folder_, stop);
            return to_constant(tensor, stop, bytes);
        }
        Constant constant = to_constant(tensor, stop, raw);
        bytes_.discard(raw);
        raw = {};
        return constant;
    }

    using Values = std::vector<std::optional<Value>>;

    void run(int index) {
        NodeProto& node = *graph_.mutable_node(index);
        Values inputs;
        std::vector<std::shared_ptr<const Cases>> cases;
        for (const std::string& input : node.input()) {
            cases.push_back(read_cases(input));
            inputs.emplace_back();
            if (input.empty() || cases.back()) continue;
            inputs.back() = read_value(input);
            if (!options_.domains.empty()) fix_inputs(*inputs.back());
        }
        if (!options_.domains.empty()) find_key(node, inputs, cases);
        const bool by_cases = std::ranges::any_of(cases, [](const auto& of) { return of != nullptr; });
        if (by_cases && run_cases(node, index, inputs, cases)) return;
        for (std::size_t i = 0; i < cases.size() && by_cases; ++i) {
            if (!cases[i]) continue;
            std::optional<Tensor> tensor = keys_.tensor(network_, node.input(static_cast<int>(i)), *cases[i]);
            if (!tensor)
                fail(fmt::format("{} reads '{}', whose shape depends on the inputs", describe(node, index),
                                 printable(node.input(static_cast<int>(i)))));
            inputs[i] = std::move(*tensor);
        }
        Values outputs = apply(node, index, std::move(inputs));
        for (int i = 0; i < node.output_size(); ++i)
            if (is_read(node, i)) values_.emplace(node.output(i), std::move(*outputs[static_cast<std::size_t>(i)]));
    }

    bool is_read(const NodeProto& node, int output) const {
        return !node.output(output).empty() && uses_.contains(node.output(output));
    }

    /// What the node makes of its inputs: at least all that is read.
    Values apply(NodeProto& node, int index, Values inputs) {
        const auto opset = opsets_.find(index);
        const auto own_opset = opset == opsets_.end() ? opset_ : opset->second;
        const OperatorRow* row = find_operator(node.domain(), node.op_type());
        // What constants alone become is computed in a network of its own.
        Builder apart(bytes_.view().size(), [this](const std::string& message) { fail(message); });
        const bool folds = reads_constants_alone(inputs);
        const ElementTypes types = element_types(inputs);
        Operator here(node, index, own_opset, file_, folds ? apart : network_, std::move(inputs),
                      surroundings(node, index));
        if (row == nullptr && operators_of(node.domain()).empty())
            here.fail(fmt::format("operators of the domain '{}' are not supported", printable(node.domain())));
        if (row == nullptr) here.fail("this operator is not supported");
        row->handler(here);
        here.check_all_attributes_used();
        if (here.skipped_softmax()) skipped_softmax_.push_back(describe(node, index));
        Values outputs = here.take_outputs();
        for (std::optional<Value>& value : outputs) {
            if (!value) continue;
            set_type(*value, row->result, types);
            if (!folds || !std::holds_alternative<Tensor>(*value)) continue;
            value = evaluated(here, std::get<Tensor>(std::move(*value)));
            network_.charge(element_count(shape_of(*value)));
        }
        for (int i = 0; i < node.output_size(); ++i) {
            const auto at = static_cast<std::size_t>(i);
            if (is_read(node, i) && (at >= outputs.size() || !outputs[at]))
                here.fail(fmt::format("output {} is not supported", i));
        }
        return outputs;
    }

    std::shared_ptr<const Cases> read_cases(const std::string& name) {
        const auto found = cases_.find(name);
        if (found == cases_.end()) return nullptr;
        --uses_[name];
        return found->second;
    }

    /// Elements of inputs that the domains leave one number are constants.
    void fix_inputs(Value& value) const {
        const auto* tensor = std::get_if<Tensor>(&value);
        if (tensor == nullptr || !is_input(*tensor)) return;
        Constant fixed;
        const std::size_t count = element_count(tensor->shape);
        const std::size_t first = network_.network().variable(tensor->source->id, 0).index();
        std::vector<const Rational*> numbers;
        for (std::size_t i = 0; i < count; ++i) {
            const std::size_t input = first + tensor->component(i);
            if (input >= options_.domains.size()) return;
            const model::Domain& domain = options_.domains[input];
            if (!domain.lower || !domain.upper || *domain.lower != *domain.upper) return;
            numbers.push_back(&*domain.lower);
        }
        fixed.shape = tensor->shape;
        fixed.type = tensor->type;
        fixed.data_type = tensor->data_type;
        for (const Rational* number : numbers) {
            if (fixed.type == ElementType::real) {
                fixed.reals.push_back(*number);
            } else {
                if (number->get_den() != 1 || !number->get_num().fits_slong_p()) return;
                fixed.integers.push_back(number->get_num().get_si());
            }
        }
        value = std::move(fixed);
    }

    /// Inputs are the first layers of the network: the domains are by their variables.
    bool is_input(const Tensor& tensor) const {
        return tensor.source->id.valid() && !tensor.order &&
               std::holds_alternative<model::InputLayer>(network_.network().layer(tensor.source->id).operation);
    }

    /// A single input that becomes one of few whole numbers here: from now on its values are told apart.
    void find_key(const NodeProto& node, Values& inputs, std::vector<std::shared_ptr<const Cases>>& cases) {
        constexpr double most_values = 4096;
        for (std::size_t i = 0; i < inputs.size(); ++i) {
            const auto* tensor = inputs[i] ? std::get_if<Tensor>(&*inputs[i]) : nullptr;
            if (tensor == nullptr || !is_input(*tensor) || element_count(tensor->shape) != 1) continue;
            const bool is_cast = node.op_type() == "Cast" && tensor->type == ElementType::real;
            const bool is_index = tensor->type == ElementType::integer && wants_constant(node.op_type(), i);
            if (!is_cast && !is_index) continue;
            int type = tensor->data_type;
            if (is_cast) {
                type = 0;
                for (const AttributeProto& attribute : node.attribute())
                    if (attribute.name() == "to") type = static_cast<int>(attribute.i());
                if (!range_of(type) || type == TensorProto::BOOL) continue;
            }
            const std::size_t input = network_.network().variable(tensor->source->id, tensor->component(0)).index();
            if (input >= options_.domains.size()) continue;
            const Interval where = enclosing(options_.domains[input]);
            if (!(where.upper - where.lower < most_values)) continue;
            const Rounding rounding = is_cast ? Rounding::toward_zero : Rounding::down;
            const Integer lower =
                is_cast ? rounded(to_rational(where.lower), rounding) : ceil(to_rational(where.lower));
            const Integer upper = rounded(to_rational(where.upper), rounding);
            if (upper < lower || !lower.fits_slong_p()) continue;
            const std::size_t count = Integer(upper - lower).get_ui() + 1;
            cases[i] = std::make_shared<Cases>(keys_.add(*tensor, rounding, lower.get_si(), count, type));
            inputs[i].reset();
        }
    }

    static bool wants_constant(const std::string& type, std::size_t input) {
        constexpr std::array<std::string_view, 11> known{"Gather", "GatherElements",  "GatherND", "Slice",
                                                         "Tile",   "Expand",          "Reshape",  "ScatterND",
                                                         "Pad",    "ConstantOfShape", "Range"};
        return (input > 0 || type == "Range" || type == "ConstantOfShape") &&
               std::ranges::find(known, type) != known.end();
    }

    /// The node for every case, where all else that it reads is constant and it is no layer of its own; false: not.
    bool run_cases(NodeProto& node, int index, const Values& inputs,
                   const std::vector<std::shared_ptr<const Cases>>& cases) {
        constexpr std::array<std::string_view, 10> layers{
            "AveragePool",   "BatchNormalization", "Conv", "ConvTranspose", "Einsum", "Gemm", "MatMul", "MaxPool",
            "GlobalMaxPool", "GlobalAveragePool"};
        if (std::ranges::find(layers, node.op_type()) != layers.end()) return false;
        std::vector<std::size_t> keys;
        for (std::size_t i = 0; i < cases.size(); ++i) {
            if (cases[i]) keys.insert(keys.end(), cases[i]->keys.begin(), cases[i]->keys.end());
            if (inputs[i] && !std::holds_alternative<Constant>(*inputs[i])) return false;
        }
        std::ranges::sort(keys);
        keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
        const std::size_t combinations = keys_.combinations(keys);
        if (combinations > CaseKeys::most_combinations) return false;
        const std::size_t outputs = static_cast<std::size_t>(node.output_size());
        std::vector<Cases> results(outputs);
        std::vector<std::unordered_map<std::string, std::uint32_t>> seen(outputs);
        std::map<std::vector<std::uint32_t>, std::vector<std::uint32_t>> known;
        for (std::size_t c = 0; c < combinations; ++c) {
            check_limits();
            std::vector<std::uint32_t> which;
            for (const auto& of : cases)
                if (of) which.push_back(of->which[keys_.part(c, keys, of->keys)]);
            auto found = known.find(which);
            if (found == known.end()) {
                Values constants = inputs;
                for (std::size_t i = 0, at = 0; i < cases.size(); ++i)
                    if (cases[i]) constants[i] = cases[i]->constants[which[at++]];
                NodeProto copy = node;
                Values values = apply(copy, index, std::move(constants));
                std::vector<std::uint32_t> made;
                for (std::size_t o = 0; o < outputs; ++o) {
                    made.push_back(0);
                    if (!is_read(node, static_cast<int>(o))) continue;
                    auto& constant = std::get<Constant>(*values[o]);
                    const auto next = static_cast<std::uint32_t>(results[o].constants.size());
                    made.back() = seen[o].emplace(content_of(constant), next).first->second;
                    if (made.back() == next) results[o].constants.push_back(std::move(constant));
                }
                found = known.emplace(std::move(which), std::move(made)).first;
            }
            for (std::size_t o = 0; o < outputs; ++o) results[o].which.push_back(found->second[o]);
        }
        for (std::size_t o = 0; o < outputs; ++o) {
            if (!is_read(node, static_cast<int>(o))) continue;
            const std::string& name = node.output(static_cast<int>(o));
            results[o].keys = keys;
            if (results[o].constants.size() == 1)
                values_.emplace(name, std::move(results[o].constants[0]));
            else
                cases_.emplace(name, std::make_shared<Cases>(std::move(results[o])));
        }
        return true;
    }

    Surroundings surroundings(const NodeProto& node, int index) const {
        Surroundings result;
        result.sign_of_zero_is_positive = positive_signs_.contains(index);
        if (const auto use = batch_norm_uses_.find(index); use != batch_norm_uses_.end())
            result.batch_norm_use = use->second;
        result.may_skip_softmax = options_.trailing_softmax == TrailingSoftmax::skip && outputs_ == 1 &&
                                  node.output_size() == 1 && node.output(0) == graph_.output(0).name() &&
                                  uses_.at(node.output(0)) == 1;
        result.only_order_counts = only_ordered_.contains(index);
        if (!options_.domains.empty()) result.domains = &options_.domains;
        return result;
    }

    OnnxNetwork finish() {
        OnnxNetwork result;
        std::unordered_map<Variable, std::string> names;
        for (std::size_t i = 0; i < inputs_.size(); ++i) names.emplace(inputs_[i], fmt::format("X_{}", i));
        for (int o = 0; o < graph_.output_size(); ++o) {
            const ValueInfoProto& output = graph_.output(o);
            const bool is_hidden = o >= outputs_;
            Value value = read_output(output.name());
            NamedTensor named{output.name(), shape_of(value), {}, {}};
            if (output.has_type()) named.type = type_name(output.type().tensor_type().elem_type());
            for (const Variable variable : output_variables(std::move(value), output.name(), names)) {
                if (is_hidden)
                    names.emplace(variable, fmt::format("{}_{}", output.name(), named.elements.size()));
                else
                    names.emplace(variable, fmt::format("Y_{}", result.outputs.size()));
                if (!is_hidden) result.outputs.push_back(variable);
                named.elements.push_back(variable);
            }
            (is_hidden ? result.hidden : tensors_).push_back(std::move(named));
        }
        result.query.network = network_.take();
        result.query.names = std::move(names);
        result.query.outputs = result.outputs;
        result.query.domains = std::move(domains_);
        result.inputs = std::move(inputs_);
        result.tensors = std::move(tensors_);
        result.skipped_softmax = std::move(skipped_softmax_);
        return result;
    }

    Value read_output(const std::string& name) {
        const std::shared_ptr<const Cases> cases = read_cases(name);
        if (!cases) return read_value(name);
        std::optional<Tensor> tensor = keys_.tensor(network_, name, *cases);
        if (!tensor) fail(fmt::format("the shape of output '{}' depends on the inputs", printable(name)));
        return std::move(*tensor);
    }

    /// The variables that an output is; a variable with a name already (an input, an element of another output) is
    /// copied, so that every X_i and Y_j is a variable of its own.
    std::vector<Variable> output_variables(Value value, const std::string& name,
                                           const std::unordered_map<Variable, std::string>& names) {
        auto* tensor = std::get_if<Tensor>(&value);
        Tensor view;
        if (tensor != nullptr) {
            if (tensor->order)
                fail(fmt::format("output '{}' has the numbers of a softmax, which is not piecewise linear",
                                 printable(name)));
            view = std::move(*tensor);
        } else {
            Constant constant = as_reals(std::get<Constant>(std::move(value)));
            if (element_count(constant.shape) == 0) fail(fmt::format("output '{}' has no elements", printable(name)));
            if (!constant.infinite.empty()) fail(fmt::format("output '{}' is infinite", printable(name)));
            view = network_.affine(name, constant.shape, {{}, std::move(constant.reals)});
        }
        const std::size_t count = element_count(view.shape);
        const auto variables = [&] {
            const model::LayerId layer = network_.layer(view);
            std::vector<Variable> result;
            for (std::size_t i = 0; i < count; ++i)
                result.push_back(network_.network().variable(layer, view.component(i)));
            return result;
        };
        std::vector<Variable> result = variables();
        std::unordered_map<Variable, bool> seen;
        bool fresh = true;
        for (const Variable variable : result)
            fresh = fresh && !names.contains(variable) && seen.emplace(variable, true).second;
        if (!fresh) {
            model::AffineLayer copy;
            copy.terms.push_back(network_.copy_term(view));
            copy.bias = model::NumberArray(count);
            view = network_.affine(name + "_copy", view.shape, std::move(copy));
            result = variables();
        }
        return result;
    }

    ModelProto& model_;
    GraphProto& graph_;
    std::vector<std::string_view> raw_;  ///< of initializers, in bytes_
    Bytes& bytes_;
    const std::string& file_;
    const std::optional<std::string>& folder_;  ///< absent of a model that is in no file
    OnnxOptions options_;
    std::int64_t opset_;
    int outputs_ = 0;  ///< of the graph; what is behind them is hidden
    Builder network_;
    std::unordered_map<std::string, int> initializers_;
    std::unordered_map<std::string, Value> values_;
    std::unordered_map<std::string, std::shared_ptr<const Cases>> cases_;
    CaseKeys keys_;
    std::unordered_map<std::string, std::size_t> uses_;
    std::unordered_set<int> positive_signs_;
    std::unordered_map<int, BatchNormUse> batch_norm_uses_;
    std::unordered_set<int> only_ordered_;          ///< softmaxes of which only the order counts
    std::unordered_map<int, std::int64_t> opsets_;  ///< of nodes that have another one
    std::vector<std::pair<Variable, model::Domain>> domains_;
    std::vector<Variable> inputs_;
    std::vector<NamedTensor> tensors_;
    std::vector<std::string> skipped_softmax_;
};
}  // namespace
}  // namespace onnx

namespace {
OnnxNetwork network_of(onnx::Bytes bytes, const std::string& name, const std::optional<std::string>& folder,
                       const OnnxOptions& options) {
    onnx::ModelFile file;
    if (bytes.view().empty()) throw InputError({name, 0, 0}, "the file is empty", "an ONNX model");
    if (!onnx::parse_model_file(bytes.view(), file))
        throw InputError({name, 0, 0}, "the file is damaged or cut short", "an ONNX model (protobuf)");
    if (!file.model.has_graph()) throw InputError({name, 0, 0}, "the file holds no graph", "an ONNX model");
    OnnxNetwork network = onnx::ModelReader(file, bytes, name, folder, options).read();
    for (const onnx::StringStringEntryProto& entry : file.model.metadata_props())
        network.metadata.emplace(entry.key(), entry.value());
    return network;
}
}  // namespace

OnnxNetwork parse_onnx(std::string_view bytes, const std::string& name, const OnnxOptions& options) {
    return network_of(onnx::Bytes(bytes), name, std::nullopt, options);
}

OnnxNetwork read_onnx(const std::string& path, const OnnxOptions& options) {
    std::optional<std::string> folder;
    if (path != "-") folder = std::filesystem::path(path).parent_path().string();
    return network_of(onnx::Bytes(read_file(path)), shown_name(path), folder, options);
}

OnnxNetwork read_onnx_inside(const std::string& path, OnnxOptions options,
                             const std::function<std::vector<model::Domain>(const UnboundedSteps& steps)>& domains) {
    try {
        return read_onnx(path, options);
    } catch (const UnboundedSteps& caught) {
        options.domains = domains(caught);
    }
    return read_onnx(path, options);
}

}  // namespace sinew::read
