// SPDX-License-Identifier: Apache-2.0
// The only file that knows GLPK. See lp.hpp for how its aborts are survived.
#include "linear/lp.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <csetjmp>

#include <glpk.h>

#include "base/error.hpp"
#include "base/infinity.hpp"

namespace sinew::linear {

namespace {
/// GLPK asks nobody between its pivots whether the run was interrupted: about so much work is done without a look.
constexpr int slice_work = 20'000'000;

/// GLPK's environment of one thread. A new generation begins when an error made it necessary to free it; all its
/// objects are gone then.
struct Environment {
    std::uint64_t generation = 0;
    bool alive = true;
    std::jmp_buf escape;
};

/// Frees the environment when the thread ends. Lps that outlive the thread find it dead and build anew.
struct EnvironmentOwner {
    std::shared_ptr<Environment> environment = std::make_shared<Environment>();
    ~EnvironmentOwner() {
        environment->alive = false;
        glp_free_env();
    }
};

const std::shared_ptr<Environment>& thread_environment() {
    thread_local EnvironmentOwner owner;
    return owner.environment;
}

extern "C" void leave_glpk(void* info) {
    std::longjmp(static_cast<Environment*>(info)->escape, 1);
}
extern "C" int swallow_text(void*, const char*) {
    return 1;
}

/// Runs `call`, which calls GLPK only and owns nothing; false if GLPK ran into an error, whose environment is then
/// freed. The jump passes over C frames alone, so no destructor is skipped.
template <class Call>
bool survive(Environment& environment, const Call& call) {
    if (setjmp(environment.escape) == 0) {
        glp_term_hook(swallow_text, nullptr);
        glp_error_hook(leave_glpk, &environment);
        call();
        glp_error_hook(nullptr, nullptr);  // the place to jump to ends here
        return true;
    }
    glp_free_env();
    ++environment.generation;
    return false;
}

int bound_type(double lower, double upper) {
    if (lower == -infinity) return upper == infinity ? GLP_FR : GLP_UP;
    if (upper == infinity) return GLP_LO;
    return lower == upper ? GLP_FX : GLP_DB;
}

BasisPlace place_of(int status) {
    switch (status) {
        case GLP_BS:
            return BasisPlace::basic;
        case GLP_NU:
            return BasisPlace::at_upper;
        case GLP_NF:
            return BasisPlace::at_zero;
        default:
            return BasisPlace::at_lower;
    }
}
}  // namespace

struct Lp::State {
    struct Bounds {
        double lower = -infinity;
        double upper = infinity;
        bool crossing() const { return lower > upper; }
    };
    struct Row {
        std::vector<LpEntry> entries;
        Bounds bounds;
    };

    // The copy that GLPK's object can be built from.
    std::vector<Bounds> columns;
    std::vector<Row> rows;
    // GLPK's object lives in one generation of one environment. It has a column and a row more, both empty and free,
    // because GLPK treats problems without rows or columns in a way of their own.
    std::shared_ptr<Environment> environment;
    std::uint64_t generation = 0;
    glp_prob* problem = nullptr;
    std::size_t built_columns = 0;
    std::size_t built_rows = 0;
    std::vector<std::size_t> changed_columns;  // bounds that GLPK has not been told of; may repeat
    std::vector<std::size_t> changed_rows;
    std::vector<std::size_t> changed_entries;  // rows likewise
    std::vector<std::size_t> objective_columns;
    // Room for calls.
    std::vector<int> indices;
    std::vector<double> numbers;
    std::vector<LpMultiplier> ray;
    LpCounters counters;
    int errors_to_provoke = 0;

    static int glpk_index(std::size_t index) { return static_cast<int>(index) + 2; }
    bool current() const { return problem != nullptr && environment->alive && environment->generation == generation; }
    void require_answer(std::size_t index, std::size_t count) const {
        require(current() && index < count, "a linear program is read after it was solved");
    }

    void discard() {
        if (current() && environment == thread_environment()) glp_delete_prob(problem);
        problem = nullptr;  // else it went, or will go, with its environment
        built_columns = built_rows = 0;
    }

    // Functions named glpk_… run inside survive().
    void glpk_create() {
        problem = glp_create_prob();
        glp_add_rows(problem, 1);
        glp_set_row_bnds(problem, 1, GLP_FR, 0, 0);
        glp_add_cols(problem, 1);
        glp_set_col_bnds(problem, 1, GLP_FR, 0, 0);
    }
    void glpk_column_bounds(std::size_t column) {
        const Bounds& b = columns[column];
        glp_set_col_bnds(problem, glpk_index(column), bound_type(b.lower, b.upper), b.lower, b.upper);
    }
    void glpk_row_bounds(std::size_t row) {
        const Bounds& b = rows[row].bounds;
        glp_set_row_bnds(problem, glpk_index(row), bound_type(b.lower, b.upper), b.lower, b.upper);
    }
    void glpk_entries(std::size_t row) {
        int size = 0;
        for (const LpEntry& entry : rows[row].entries) {
            ++size;
            indices[static_cast<std::size_t>(size)] = glpk_index(entry.column);
            numbers[static_cast<std::size_t>(size)] = entry.coefficient;
        }
        glp_set_mat_row(problem, glpk_index(row), size, indices.data(), numbers.data());
    }
    void glpk_update() {
        const std::size_t old_columns = built_columns;
        const std::size_t old_rows = built_rows;
        if (old_columns < columns.size()) glp_add_cols(problem, static_cast<int>(columns.size() - old_columns));
        if (old_rows < rows.size()) glp_add_rows(problem, static_cast<int>(rows.size() - old_rows));
        for (std::size_t i = old_columns; i < columns.size(); ++i) glpk_column_bounds(i);
        for (std::size_t i = old_rows; i < rows.size(); ++i) {
            glpk_entries(i);
            glpk_row_bounds(i);
        }
        built_columns = columns.size();
        built_rows = rows.size();
        for (const std::size_t column : changed_columns) glpk_column_bounds(column);
        for (const std::size_t row : changed_rows) glpk_row_bounds(row);
        for (const std::size_t row : changed_entries) glpk_entries(row);
        changed_columns.clear();
        changed_rows.clear();
        changed_entries.clear();
    }

    /// Builds GLPK's object or tells it what changed. False after an error.
    bool update() {
        const std::shared_ptr<Environment>& here = thread_environment();
        if (!current() || environment != here) {
            if (problem != nullptr) ++counters.rebuilds;
            discard();
            environment = here;
            changed_columns.clear();
            changed_rows.clear();
            changed_entries.clear();
        }
        indices.resize(columns.size() + rows.size() + 4);
        numbers.resize(indices.size());
        const bool done = survive(*environment, [this] {
            if (problem == nullptr) glpk_create();
            if (errors_to_provoke > 0) {
                --errors_to_provoke;
                glp_add_rows(problem, -1);
            }
            glpk_update();
        });
        generation = done ? environment->generation : generation;
        return done;
    }

    bool find_crossing() {
        ray.clear();
        const auto report = [this](bool is_row, std::size_t index) {
            ray = {{is_row, index, 1.0}, {is_row, index, -1.0}};
            return true;
        };
        for (std::size_t i = 0; i < columns.size(); ++i)
            if (columns[i].crossing()) return report(false, i);
        for (std::size_t i = 0; i < rows.size(); ++i)
            if (rows[i].bounds.crossing()) return report(true, i);
        return false;
    }

    /// In slices of pivots, which repeat exactly as slices of time do not. A pivot costs about the rows and columns.
    int run_simplex(int method, const LpLimits& limits) {
        glp_smcp parameters;
        glp_init_smcp(&parameters);
        parameters.msg_lev = GLP_MSG_OFF;
        parameters.meth = method;
        parameters.presolve = GLP_OFF;
        parameters.tol_bnd = 1e-9;
        const int size = glp_get_num_rows(problem) + glp_get_num_cols(problem) + glp_get_num_nz(problem) / 4 + 1;
        const int slice = std::max(50, slice_work / size);
        const int before = glp_get_it_cnt(problem);
        int done = 0;
        int result = 0;
        do {
            parameters.it_lim = std::min(limits.iterations - done, slice);
            // GLPK stops at multiples of its clock; a limit of 0 would mean "at once", which is right as well.
            parameters.tm_lim = static_cast<int>(1000 * std::clamp(limits.limits.seconds_left(), 0.0, 1e6));
            result = glp_simplex(problem, &parameters);
            if (result == GLP_EBADB || result == GLP_ESING || result == GLP_ECOND || result == GLP_EFAIL) {
                glp_std_basis(problem);
                result = glp_simplex(problem, &parameters);
            }
            const int now = std::max(0, glp_get_it_cnt(problem) - before);
            spend(static_cast<Effort>(size) * static_cast<Effort>(5 * (now - done) + 4) / 4 + 500);
            if (now == done) break;  // at an end, or no pivot is possible
            done = now;
        } while (result == GLP_EITLIM && done < limits.iterations && !limits.limits.exceeded());
        counters.iterations += static_cast<std::uint64_t>(done);
        return result;
    }

    LpStatus glpk_solve(const LpLimits& limits) {
        ++counters.solves;
        const int result = run_simplex(GLP_DUAL, limits);
        if (result == GLP_EITLIM || result == GLP_ETMLIM) return LpStatus::stopped;
        if (result != 0) return LpStatus::failed;
        const int primal = glp_get_prim_stat(problem);
        if (primal == GLP_FEAS) return LpStatus::feasible;
        return glpk_ray() ? LpStatus::infeasible : LpStatus::failed;
    }

    /// The tableau row of the basic variable that cannot reach its bound.
    bool glpk_ray() {
        const int stuck = glp_get_unbnd_ray(problem);
        if (stuck == 0) return false;
        const int row_total = glp_get_num_rows(problem);
        const bool is_row = stuck <= row_total;
        const int status = is_row ? glp_get_row_stat(problem, stuck) : glp_get_col_stat(problem, stuck - row_total);
        if (status != GLP_BS || (!glp_bf_exists(problem) && glp_factorize(problem) != 0)) return false;
        const int size = glp_eval_tab_row(problem, stuck, indices.data(), numbers.data());
        const double value = is_row ? glp_get_row_prim(problem, stuck) : glp_get_col_prim(problem, stuck - row_total);
        const double lower = is_row ? glp_get_row_lb(problem, stuck) : glp_get_col_lb(problem, stuck - row_total);
        const double sign = value < lower ? 1.0 : -1.0;
        const auto push = [&](int variable, double multiplier) {
            const bool row = variable <= row_total;
            const int index = row ? variable : variable - row_total;
            if (index >= 2) ray.push_back({row, static_cast<std::size_t>(index - 2), multiplier});
        };
        push(stuck, sign);
        for (int i = 1; i <= size; ++i)
            push(indices[static_cast<std::size_t>(i)], -sign * numbers[static_cast<std::size_t>(i)]);
        return true;
    }

    LpStatus glpk_optimize(std::span<const LpEntry> objective, int direction, const LpLimits& limits) {
        const LpStatus status = glpk_solve(limits);
        if (status != LpStatus::feasible) return status;
        glp_set_obj_dir(problem, direction);
        for (const LpEntry& entry : objective)
            glp_set_obj_coef(problem, glpk_index(entry.column),
                             glp_get_obj_coef(problem, glpk_index(entry.column)) + entry.coefficient);
        const int result = run_simplex(GLP_PRIMAL, limits);
        if (result == GLP_EITLIM || result == GLP_ETMLIM) return LpStatus::stopped;
        if (result != 0) return LpStatus::failed;
        switch (glp_get_status(problem)) {
            case GLP_OPT:
                return LpStatus::optimal;
            case GLP_UNBND:
                return LpStatus::unbounded;
            default:
                return LpStatus::failed;
        }
    }

    /// The objective of feasibility is 0: every basis is dual feasible, so the dual simplex starts at once.
    void glpk_clear_objective() {
        for (const std::size_t column : objective_columns)
            if (column < built_columns) glp_set_obj_coef(problem, glpk_index(column), 0);
        objective_columns.clear();
    }

    template <class Solve>
    LpStatus attempt_twice(const Solve& solve) {
        const auto begin = std::chrono::steady_clock::now();
        LpStatus status = LpStatus::failed;
        if (find_crossing()) return LpStatus::infeasible;
        for (int attempt = 0; attempt < 2 && status == LpStatus::failed; ++attempt) {
            if (attempt > 0) discard_for_retry();
            if (!update()) continue;
            if (!survive(*environment, [&] {
                    glpk_clear_objective();
                    status = solve();
                }))
                status = LpStatus::failed;
        }
        counters.seconds += std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
        return status;
    }
    void discard_for_retry() {
        if (!current()) return;
        ++counters.rebuilds;
        discard();
    }
};

Lp::Lp() : state_(std::make_unique<State>()) {}
Lp::~Lp() {
    if (state_) state_->discard();
}
Lp::Lp(Lp&&) noexcept = default;
Lp& Lp::operator=(Lp&& other) noexcept {
    if (state_) state_->discard();
    state_ = std::move(other.state_);
    return *this;
}

std::size_t Lp::add_column(double lower, double upper) {
    require(!std::isnan(lower) && !std::isnan(upper), "bounds of a linear program are numbers or infinite");
    state_->columns.push_back({lower, upper});
    return state_->columns.size() - 1;
}

namespace {
void require_entries(std::span<const LpEntry> entries, std::size_t columns) {
    for (const LpEntry& entry : entries) {
        require(entry.column < columns, "a row of a linear program names its columns");
        require(std::isfinite(entry.coefficient), "coefficients of a linear program are finite");
    }
}
}  // namespace

std::size_t Lp::add_row(std::span<const LpEntry> entries, double lower, double upper) {
    require(!std::isnan(lower) && !std::isnan(upper), "bounds of a linear program are numbers or infinite");
    require_entries(entries, state_->columns.size());
    state_->rows.push_back({{entries.begin(), entries.end()}, {lower, upper}});
    return state_->rows.size() - 1;
}

void Lp::set_row(std::size_t row, std::span<const LpEntry> entries, double lower, double upper) {
    require_entries(entries, state_->columns.size());
    set_row_bounds(row, lower, upper);
    state_->rows[row].entries.assign(entries.begin(), entries.end());
    if (row < state_->built_rows) state_->changed_entries.push_back(row);
}

void Lp::truncate_rows(std::size_t count) {
    State& state = *state_;
    if (count >= state.rows.size()) return;
    state.rows.resize(count);
    std::erase_if(state.changed_rows, [count](std::size_t row) { return row >= count; });
    std::erase_if(state.changed_entries, [count](std::size_t row) { return row >= count; });
    if (state.built_rows <= count) return;
    if (!state.current() || state.environment != thread_environment()) return;  // will be built anew
    std::vector<int> gone(state.built_rows - count + 1);
    for (std::size_t i = 1; i < gone.size(); ++i) gone[i] = State::glpk_index(count + i - 1);
    survive(*state.environment, [&] {
        for (std::size_t i = 1; i < gone.size(); ++i)  // basic rows leave the rest of the basis alone
            glp_set_row_stat(state.problem, gone[i], GLP_BS);
        glp_del_rows(state.problem, static_cast<int>(gone.size() - 1), gone.data());
    });
    state.built_rows = count;
}

void Lp::set_column_bounds(std::size_t column, double lower, double upper) {
    require(!std::isnan(lower) && !std::isnan(upper), "bounds of a linear program are numbers or infinite");
    State::Bounds& bounds = state_->columns[column];
    if (bounds.lower == lower && bounds.upper == upper) return;
    bounds = {lower, upper};
    if (column < state_->built_columns) state_->changed_columns.push_back(column);
}

void Lp::set_row_bounds(std::size_t row, double lower, double upper) {
    require(!std::isnan(lower) && !std::isnan(upper), "bounds of a linear program are numbers or infinite");
    State::Bounds& bounds = state_->rows[row].bounds;
    if (bounds.lower == lower && bounds.upper == upper) return;
    bounds = {lower, upper};
    if (row < state_->built_rows) state_->changed_rows.push_back(row);
}

std::size_t Lp::column_count() const {
    return state_->columns.size();
}
std::size_t Lp::row_count() const {
    return state_->rows.size();
}

LpStatus Lp::solve(const LpLimits& limits) {
    State& state = *state_;
    return state.attempt_twice([&] { return state.glpk_solve(limits); });
}

LpStatus Lp::minimize(std::span<const LpEntry> objective, const LpLimits& limits) {
    State& state = *state_;
    return state.attempt_twice([&] {
        for (const LpEntry& entry : objective) state.objective_columns.push_back(entry.column);
        return state.glpk_optimize(objective, GLP_MIN, limits);
    });
}

LpStatus Lp::maximize(std::span<const LpEntry> objective, const LpLimits& limits) {
    State& state = *state_;
    return state.attempt_twice([&] {
        for (const LpEntry& entry : objective) state.objective_columns.push_back(entry.column);
        return state.glpk_optimize(objective, GLP_MAX, limits);
    });
}

bool Lp::has_answer() const {
    return state_->current() && state_->built_columns == state_->columns.size() &&
           state_->built_rows == state_->rows.size();
}
double Lp::column_value(std::size_t column) const {
    state_->require_answer(column, state_->built_columns);
    return glp_get_col_prim(state_->problem, State::glpk_index(column));
}
double Lp::row_value(std::size_t row) const {
    state_->require_answer(row, state_->built_rows);
    return glp_get_row_prim(state_->problem, State::glpk_index(row));
}
double Lp::objective_value() const {
    state_->require_answer(0, 1);
    return glp_get_obj_val(state_->problem);
}
double Lp::row_dual(std::size_t row) const {
    state_->require_answer(row, state_->built_rows);
    return glp_get_row_dual(state_->problem, State::glpk_index(row));
}
double Lp::column_dual(std::size_t column) const {
    state_->require_answer(column, state_->built_columns);
    return glp_get_col_dual(state_->problem, State::glpk_index(column));
}
const std::vector<LpMultiplier>& Lp::ray() const {
    return state_->ray;
}

std::vector<BasisPlace> Lp::basis() const {
    const State& state = *state_;
    std::vector<BasisPlace> places;
    places.reserve(state.columns.size() + state.rows.size());
    const bool known = state.current();
    for (std::size_t i = 0; i < state.columns.size(); ++i)
        places.push_back(known && i < state.built_columns
                             ? place_of(glp_get_col_stat(state.problem, State::glpk_index(i)))
                             : BasisPlace::at_lower);
    for (std::size_t i = 0; i < state.rows.size(); ++i)
        places.push_back(known && i < state.built_rows ? place_of(glp_get_row_stat(state.problem, State::glpk_index(i)))
                                                       : BasisPlace::basic);
    return places;
}

const LpCounters& Lp::counters() const {
    return state_->counters;
}
void Lp::provoke_errors(int times) {
    state_->errors_to_provoke = times;
}

}  // namespace sinew::linear
