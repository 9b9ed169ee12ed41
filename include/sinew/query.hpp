// SPDX-License-Identifier: Apache-2.0
// Queries: networks over real and integer inputs, a condition, perhaps an objective; what `sinew verify`, `sinew solve`
// and `sinew optimize` are given in files, and the same answers.
//
//   sinew::Query query;
//   const std::vector<Expression> x = query.add_reals("x", 2, 0, 1);       // two inputs in [0, 1]
//   const AddedNetwork network = query.add_network(load_network("distance.onnx"), x);
//   query.add(network.output() >= 2);
//   const Solution answer = query.solve();
//   if (answer.status() == Status::satisfied) std::cout << answer.value(x[0]);   // exact
//   else if (answer.status() == Status::unsatisfiable) …                         // proved: for no real input
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <sinew/expression.hpp>
#include <sinew/network.hpp>
#include <sinew/number.hpp>
#include <sinew/solution.hpp>

namespace sinew {

/// What is said beside files: as `sinew verify` takes it (--format, --in, --out, --minimize, --maximize).
struct FileOptions {
    std::vector<std::string> formats{};             ///< by file: "dnn", "onnx", …; "" or none: its content tells
    std::optional<std::string> input_condition{};   ///< as text, in place of the files'
    std::optional<std::string> output_condition{};  ///< likewise
    std::optional<std::string> minimize{};          ///< an objective as text, in place of the files'
    std::optional<std::string> maximize{};          ///< likewise; one of the two
};

/// Is there a value of the inputs that satisfies all conditions, the neurons following from the inputs? Each solve()
/// starts anew. Not for several threads at once.
class Query {
  public:
    Query();                             ///< without inputs and conditions: satisfied
    Query(Query&&) noexcept;             ///< what was moved from may only be assigned or destroyed
    Query& operator=(Query&&) noexcept;  ///< what was moved from may only be assigned or destroyed
    ~Query();

    /// As the command line reads them: one file that is a whole question (dnn text, SMT-LIB with one check-sat,
    /// Marabou's .ipq), or a network (ONNX, dnn text, a binarized network) and what is asked about it (VNN-LIB,
    /// conditions as text, or `options`), in any order. The content tells what each is. InputError for what cannot be
    /// read, UsageError for files that are no question together.
    static Query from_files(const std::vector<std::string>& files, const FileOptions& options = {});
    /// The same from a text: `format` is "dnn", "smt2" or "ipq" (UsageError for others); `name` is for errors.
    static Query from_text(std::string_view text, const std::string& format = "dnn", const std::string& name = "text");
    /// A network and a property in VNN-LIB 1.0 over its inputs X_0, X_1, … and outputs Y_0, Y_1, ….
    static Query from_property(const Network& network, std::string_view vnnlib, const std::string& name = "property");
    /// The network alone on inputs of its own, without conditions: they are added, as text too.
    static Query about(const Network& network);

    /// Real inputs in [lower, upper], unbounded where a bound is absent; UsageError where the bounds cross.
    Expression add_real(std::string name, const std::optional<Rational>& lower = std::nullopt,
                        const std::optional<Rational>& upper = std::nullopt);
    /// `count` of them at once, named name_0, name_1, …: networks that are given all of them in order share their
    /// layer.
    std::vector<Expression> add_reals(const std::string& name, std::size_t count,
                                      const std::optional<Rational>& lower = std::nullopt,
                                      const std::optional<Rational>& upper = std::nullopt);
    /// An integer input in [lower, upper] (UsageError if it has no value).
    Expression add_integer(std::string name, const Integer& lower, const Integer& upper);
    /// An integer input with these values, in any order (UsageError without any).
    Expression add_integer(std::string name, const std::vector<Integer>& values);

    /// A Boolean that is free; its value is holds() of a solution.
    Condition add_boolean(std::string name);

    /// A network on `inputs`, which stand for its input components in order (UsageError for another number). Neurons
    /// are as written, over reals. Any number of networks, one on
    /// another's outputs too.
    AddedNetwork add_network(const Network& network, const std::vector<Expression>& inputs);

    /// Constrains. UsageError where it speaks of variables that this query has not; so below.
    void add(const Condition& condition);

    /// Constrains by text (docs/formats.md): a condition such as "(y0 > y1)", or what a file of conditions has: "in =
    /// …" and "out = …", domains, an objective. Names are those of inputs, components and outputs, and their positions:
    /// x0, y0. InputError for what cannot be read.
    void add_text(std::string_view conditions, const std::string& name = "conditions");

    void minimize(const Expression& objective);  ///< replaces the objective
    void maximize(const Expression& objective);  ///< replaces the objective

    /// All free inputs, in order; for those of files their names say which.
    std::vector<Expression> inputs() const;
    /// The outputs that a file names, in its order; of a query that was built, those of its networks.
    std::vector<Expression> outputs() const;
    /// The name of a single input or component of a network; empty for other expressions.
    std::string name(const Expression& variable) const;

    /// Decides the query, or finds the best value of its objective. The same exact answers as the command line's. Never
    /// throws for a limit.
    Solution solve(const SolveOptions& options = {}) const;

    /// Constrains: later solutions are outside this one's neighbourhood, or its region. UsageError for a solution
    /// without values, a real quantity with distance 0, a quantity whose value is not exact, a distance below 0.
    void exclude(const Solution& solution, const Exclusion& how = {});
    /// solve(), and what is found is excluded: call after call gives solution after solution, until one has no values.
    Solution next(const Exclusion& how = {}, const SolveOptions& options = {});

    /// As text: "smt2" (QF_LRA or QF_LIRA), "vnnlib" (the conditions alone, over the network's inputs X_i and outputs
    /// Y_j), "dnn", "lp" (a mixed-integer program: strict comparisons as their closures). UsageError for other formats,
    /// and for what a format cannot say: nothing is left out.
    std::string export_as(const std::string& format) const;
    /// The same as a file, whole or untouched, its format by its ending. OutputError where it cannot be written.
    void save(const std::string& path) const;

    /// For the library itself.
    struct State;
    explicit Query(std::unique_ptr<State> state);  ///< for the library itself

  private:
    std::unique_ptr<State> state_;
};

}  // namespace sinew
