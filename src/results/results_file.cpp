// SPDX-License-Identifier: Apache-2.0
#include "results/results_file.hpp"

#include <filesystem>
#include <fstream>

#include <fmt/core.h>
#include <sys/statfs.h>
#include <unistd.h>

#include "base/error.hpp"
#include "base/output_error.hpp"
#include "results/process_id.hpp"

namespace sinew::results {

namespace {
namespace fs = std::filesystem;

/// "sinw": what SQLite keeps at byte 68 of a file to tell applications apart.
constexpr std::uint32_t application_id = 0x73696e77;
constexpr std::size_t application_place = 68;
constexpr std::size_t version_place = 60;
constexpr std::size_t header_size = 100;
constexpr std::size_t most_of_beginning = 4096;  // in which a journal says what it is
constexpr std::string_view sqlite_magic("SQLite format 3\0", 16);
constexpr std::string_view journal_beginning = R"({"journal":"sinew certify")";
constexpr std::string_view older_journal = R"("program":"sinew certify")";

constexpr const char* schema = R"sql(
CREATE TABLE runs(
  id INTEGER PRIMARY KEY,
  kind TEXT NOT NULL,
  version TEXT NOT NULL,
  command TEXT NOT NULL,
  started TEXT NOT NULL,
  ended TEXT,
  state TEXT NOT NULL CHECK(state IN ('running', 'finished', 'stopped')),
  seconds REAL NOT NULL DEFAULT 0,
  machine TEXT NOT NULL,
  limits TEXT NOT NULL,
  files TEXT NOT NULL,
  identity TEXT NOT NULL,
  process TEXT NOT NULL) STRICT;
CREATE TABLE subjects(
  id INTEGER PRIMARY KEY,
  network TEXT NOT NULL,
  network_sha256 TEXT NOT NULL,
  property TEXT NOT NULL,
  property_sha256 TEXT NOT NULL,
  options TEXT NOT NULL,
  UNIQUE(network_sha256, property_sha256, options, network, property)) STRICT;
CREATE TABLE questions(
  id INTEGER PRIMARY KEY,
  subject INTEGER NOT NULL REFERENCES subjects,
  row INTEGER NOT NULL,
  epsilon TEXT NOT NULL,
  UNIQUE(subject, row, epsilon)) STRICT;
CREATE TABLE verdicts(
  id INTEGER PRIMARY KEY,
  run INTEGER NOT NULL REFERENCES runs,
  question INTEGER NOT NULL REFERENCES questions,
  status TEXT NOT NULL,
  decided_by TEXT NOT NULL,
  seconds REAL NOT NULL,
  reason TEXT NOT NULL,
  value TEXT,
  bound TEXT,
  details TEXT NOT NULL,
  statistics TEXT NOT NULL,
  answered TEXT NOT NULL,
  UNIQUE(run, question)) STRICT;
CREATE TABLE witnesses(verdict INTEGER PRIMARY KEY REFERENCES verdicts, content TEXT NOT NULL) STRICT;
CREATE TABLE proofs(verdict INTEGER PRIMARY KEY REFERENCES verdicts, file TEXT NOT NULL, sha256 TEXT NOT NULL, bytes INTEGER NOT NULL) STRICT;
)sql";

/// What later versions of schema 1 have beside it: earlier ones read such files, and leave it as it is.
constexpr const char* parts_schema = R"sql(
CREATE TABLE IF NOT EXISTS parts(
  run INTEGER PRIMARY KEY REFERENCES runs,
  whole TEXT NOT NULL,
  first INTEGER NOT NULL,
  count INTEGER NOT NULL,
  shard TEXT NOT NULL) STRICT;
)sql";

std::uint32_t big_endian(const std::string& bytes, std::size_t place) {
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < 4; ++i) value = value << 8 | static_cast<unsigned char>(bytes[place + i]);
    return value;
}

/// The first bytes of a file, read and closed before SQLite has locks on it, which a close would lose.
std::string beginning_of(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    std::string bytes(most_of_beginning, '\0');
    file.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    bytes.resize(static_cast<std::size_t>(file.gcount()));
    return bytes;
}

[[noreturn]] void refuse(const std::string& path, std::string_view message) {
    throw InputError({path, 0, 0}, message, "a results file of sinew (docs/results_files.md)");
}

/// Only what is a results file of a schema that we know, or where `may_be_new` nothing yet, is given to SQLite: of
/// anything else it might change something.
void check_beginning(const std::string& path, bool may_be_new) {
    std::error_code error;
    const fs::file_status status = fs::status(path, error);
    if (!fs::exists(status)) {
        if (may_be_new) return;
        throw InputError({path, 0, 0}, "there is no such file", "a results file of sinew");
    }
    if (!fs::is_regular_file(status)) refuse(path, "this is no file that can be read again");
    if (access(path.c_str(), R_OK) != 0) throw InputError({path, 0, 0}, "the file cannot be read");
    const std::string bytes = beginning_of(path);
    if (bytes.empty() && may_be_new) return;
    if (bytes.starts_with(journal_beginning) || bytes.find(older_journal) != std::string::npos)
        refuse(path,
               "this is a journal of sinew 0.1's first versions, a text: results are kept in SQLite files now, and "
               "this one is left as it is");
    if (bytes.size() < header_size || !bytes.starts_with(sqlite_magic) ||
        big_endian(bytes, application_place) != application_id)
        refuse(path, "this is no results file of sinew");
    const std::uint32_t version = big_endian(bytes, version_place);
    if (version > static_cast<std::uint32_t>(schema_version))
        throw InputError({path, 0, 0}, fmt::format("the file is of a newer sinew: its schema has version {}", version),
                         fmt::format("version {} at most", schema_version));
}

/// SQLite's write-ahead log needs memory that all writers share: those of one machine. Over a network its older way
/// works, as far as that file system has locks.
bool is_on_a_network(const std::string& path) {
    const fs::path folder = fs::absolute(path).parent_path();
    struct statfs status {};
    if (statfs(folder.c_str(), &status) != 0) return false;
    for (const long kind :
         {0x6969L /* NFS */, 0xff534d42L /* CIFS */, 0xfe534d42L /* SMB2 */, 0x517bL /* SMB */,
          0x0bd00bd0L /* Lustre */, 0x47504653L /* GPFS */, 0x5346414fL /* AFS */,
          0x65735546L /* FUSE: sshfs and the like */, 0x01021997L /* 9P */, 0x00c36400L /* Ceph */,
          0x19830326L /* BeeGFS */, 0x20030528L /* OrangeFS */, 0x01161970L /* GFS2 */, 0x7461636fL /* OCFS2 */})
        if (static_cast<long>(status.f_type) == kind) return true;
    return false;
}

constexpr const char* run_columns =
    "SELECT id, kind, version, command, started, ended, state, seconds, machine, limits, files, identity, "
    "(SELECT count(*) FROM verdicts WHERE run = runs.id), process FROM runs ";

Run run_in(const Statement& row) {
    Run run;
    run.id = row.number(0);
    run.kind = row.text(1);
    run.version = row.text(2);
    run.command = row.text(3);
    run.started = row.text(4);
    run.ended = row.text(5);
    run.state = row.text(6);
    run.seconds = row.real(7);
    run.machine = row.text(8);
    run.limits = row.text(9);
    run.files = row.text(10);
    run.identity = row.text(11);
    run.answers = row.number(12);
    run.process = row.text(13);
    if (run.state == "running" && life_of(run.process) == Life::ended) run.state = "killed";
    return run;
}

std::vector<Row> rows_of(Database& database, const Run& run) {
    Statement select(
        database,
        "SELECT network, network_sha256, property, property_sha256, options, row, epsilon, status, decided_by, "
        "seconds, "
        "reason, value, bound, details, statistics, content, answered, file, proofs.sha256, bytes, "
        "json_extract(details, '$.expected') "
        "FROM verdicts JOIN questions ON questions.id = question JOIN subjects ON subjects.id = subject "
        "LEFT JOIN witnesses ON witnesses.verdict = verdicts.id LEFT JOIN proofs ON proofs.verdict = verdicts.id "
        "WHERE run = ? ORDER BY verdicts.id");
    select.bind(1, run.id);
    std::vector<Row> rows;
    while (select.step()) {
        Row& row = rows.emplace_back();
        row.question = {select.text(0), select.text(1),   select.text(2), select.text(3),
                        select.text(4), select.number(5), select.text(6)};
        row.status = select.text(7);
        row.decided_by = select.text(8);
        row.seconds = select.real(9);
        row.reason = select.text(10);
        row.value = select.text_or_null(11);
        row.bound = select.text_or_null(12);
        row.details = select.text(13);
        row.statistics = select.text(14);
        row.witness = select.text_or_null(15);
        row.answered = select.text(16);
        if (const std::optional<std::string> file = select.text_or_null(17))
            row.proof = Proof{*file, select.text(18), select.number(19)};
        row.expected = select.text_or_null(20);
    }
    return rows;
}

void add_parts(Database& database, std::vector<Run>& runs) {
    if (database.value("SELECT count(*) FROM sqlite_schema WHERE name = 'parts'") == "0") return;
    Statement select(database, "SELECT whole, first, count, shard FROM parts WHERE run = ?");
    for (Run& run : runs) {
        select.bind(1, run.id);
        while (select.step()) run.part = Part{select.text(0), select.number(1), select.number(2), select.text(3)};
    }
}

std::vector<Run> runs_in(Database& database, Statement& select) {
    std::vector<Run> runs;
    while (select.step()) runs.push_back(run_in(select));
    add_parts(database, runs);
    return runs;
}

const std::string& checked(const std::string& path) {
    check_beginning(path, true);
    return path;
}
}  // namespace

struct ResultsFile::Statements {
    explicit Statements(Database& database)
        : find_subject(database,
                       "SELECT id FROM subjects WHERE network_sha256 = ? AND property_sha256 = ? AND options = ? "
                       "AND network = ? AND property = ?"),
          add_subject(database,
                      "INSERT INTO subjects(network, network_sha256, property, property_sha256, options) "
                      "VALUES(?, ?, ?, ?, ?)"),
          find_question(database, "SELECT id FROM questions WHERE subject = ? AND row = ? AND epsilon = ?"),
          add_question(database, "INSERT INTO questions(subject, row, epsilon) VALUES(?, ?, ?)"),
          find_verdict(database, "SELECT id FROM verdicts WHERE run = ? AND question = ?"),
          add_verdict(database,
                      "INSERT INTO verdicts(run, question, status, decided_by, seconds, reason, value, bound, details, "
                      "statistics, answered) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, "
                      "coalesce(?, strftime('%Y-%m-%dT%H:%M:%fZ')))"),
          add_witness(database, "INSERT INTO witnesses(verdict, content) VALUES(?, ?)"),
          add_proof(database, "INSERT INTO proofs(verdict, file, sha256, bytes) VALUES(?, ?, ?, ?)") {}

    Statement find_subject;
    Statement add_subject;
    Statement find_question;
    Statement add_question;
    Statement find_verdict;
    Statement add_verdict;
    Statement add_witness;
    Statement add_proof;
};

namespace {
std::optional<std::int64_t> id_in(Statement& select) {
    std::optional<std::int64_t> id;
    while (select.step()) id = select.number(0);
    return id;
}

std::string subject_key(const Question& question) {
    return fmt::format("{}\n{}\n{}\n{}\n{}", question.network_digest, question.property_digest, question.options,
                       question.network, question.property);
}
}  // namespace

ResultsFile::ResultsFile(const std::string& path, Sharing sharing)
    : ResultsFile(checked(path), Database::Access::write) {
    keep_a_log(sharing);
}

ResultsFile::ResultsFile(const std::string& path, Database::Access access) : database_(path, access) {
    prepare();
    statements_ = std::make_unique<Statements>(database_);
}

std::unique_ptr<ResultsFile> ResultsFile::in_memory(const std::string& path) {
    return std::unique_ptr<ResultsFile>(new ResultsFile(path, Database::Access::memory));
}

ResultsFile::~ResultsFile() = default;

void ResultsFile::prepare() {
    // The schema is made in SQLite's older way: the file itself says from its first byte what it is.
    if (database_.value("PRAGMA user_version") == "0") {
        Transaction transaction(database_);
        if (database_.value("PRAGMA user_version") == "0") {  // nobody was faster
            if (database_.value("SELECT count(*) FROM sqlite_schema") != "0")
                refuse(path(), "this is no results file of sinew");
            database_.run(schema);
            database_.run(fmt::format("PRAGMA application_id = {}", application_id).c_str());
            database_.run(fmt::format("PRAGMA user_version = {}", schema_version).c_str());
        }
        transaction.commit();
    }
    if (database_.value("SELECT count(*) FROM sqlite_schema WHERE name = 'parts'") == "0") {
        Transaction transaction(database_);
        database_.run(parts_schema);
        transaction.commit();
    }
    database_.run("PRAGMA foreign_keys = ON");
}

void ResultsFile::keep_a_log(Sharing sharing) {
    const bool shares_memory = sharing == Sharing::one_machine && !is_on_a_network(path());
    const std::string mode =
        database_.value(shares_memory ? "PRAGMA journal_mode = WAL" : "PRAGMA journal_mode = DELETE");
    if (mode != (shares_memory ? "wal" : "delete"))
        throw OutputError(fmt::format("{} (its journal mode stays '{}', another program has it open)", path(), mode));
    database_.run(shares_memory ? "PRAGMA synchronous = NORMAL" : "PRAGMA synchronous = FULL");
}

void ResultsFile::begin(Run& run) {
    Transaction transaction(database_);
    Statement insert(database_,
                     "INSERT INTO runs(kind, version, command, started, state, machine, limits, files, identity, "
                     "process) VALUES(?, ?, ?, ?, 'running', ?, ?, ?, ?, ?)");
    insert.bind(1, run.kind).bind(2, run.version).bind(3, run.command).bind(4, run.started).bind(5, run.machine);
    insert.bind(6, run.limits).bind(7, run.files).bind(8, run.identity).bind(9, this_process());
    insert.run();
    run.id = database_.last_id();
    run.state = "running";
    if (run.part) keep_part(run, *run.part);
    transaction.commit();
}

std::vector<Run> ResultsFile::runs(const std::string& kind) {
    Statement select(database_, std::string(run_columns) + "WHERE kind = ? ORDER BY id DESC");
    select.bind(1, kind);
    return runs_in(database_, select);
}

bool ResultsFile::is_being_written(const Run& run) {
    Statement select(database_, "SELECT process FROM runs WHERE id = ? AND state = 'running'");
    select.bind(1, run.id);
    std::string process;
    while (select.step()) process = select.text(0);
    return process != this_process() && life_of(process) == Life::alive;
}

void ResultsFile::keep_part(const Run& run, const Part& part) {
    Statement insert(database_, "INSERT OR REPLACE INTO parts(run, whole, first, count, shard) VALUES(?, ?, ?, ?, ?)");
    insert.bind(1, run.id).bind(2, part.whole).bind(3, part.first).bind(4, part.count).bind(5, part.shard);
    insert.run();
}

void ResultsFile::set_part(const Run& run, const Part& part) {
    Transaction transaction(database_);
    keep_part(run, part);
    transaction.commit();
}

void ResultsFile::take_over(const Run& run, const std::optional<Part>& part) {
    Transaction transaction(database_);
    if (is_being_written(run))
        throw InputError({path(), 0, 0}, fmt::format("another run is writing run {} of this file", run.id),
                         "a run that has ended, or another file");
    Statement update(database_, "UPDATE runs SET state = 'running', ended = NULL, process = ? WHERE id = ?");
    update.bind(1, this_process()).bind(2, run.id);
    update.run();
    if (part) keep_part(run, *part);
    transaction.commit();
}

void ResultsFile::begin_again(const Run& run, std::span<const Row> forgotten) {
    Transaction transaction(database_);
    Statement update(database_, "UPDATE runs SET limits = ? WHERE id = ?");
    update.bind(1, run.limits).bind(2, run.id);
    update.run();
    for (const Row& row : forgotten) {
        Statement& known = statements_->find_verdict;
        known.bind(1, run.id).bind(2, question_of(row.question, subject_of(row.question)));
        const std::optional<std::int64_t> verdict = id_in(known);
        if (!verdict) continue;
        for (const char* text : {"DELETE FROM witnesses WHERE verdict = ?", "DELETE FROM proofs WHERE verdict = ?",
                                 "DELETE FROM verdicts WHERE id = ?"}) {
            Statement remove(database_, text);
            remove.bind(1, *verdict);
            remove.run();
        }
    }
    transaction.commit();
}

std::vector<Row> ResultsFile::rows(const Run& run) {
    return rows_of(database_, run);
}

std::int64_t ResultsFile::subject_of(const Question& question) {
    if (const auto known = subjects_.find(subject_key(question)); known != subjects_.end()) return known->second;
    Statement& find = statements_->find_subject;
    find.bind(1, question.network_digest).bind(2, question.property_digest).bind(3, question.options);
    find.bind(4, question.network).bind(5, question.property);
    std::optional<std::int64_t> id = id_in(find);
    if (!id) {
        Statement& add = statements_->add_subject;
        add.bind(1, question.network).bind(2, question.network_digest).bind(3, question.property);
        add.bind(4, question.property_digest).bind(5, question.options);
        add.run();
        id = database_.last_id();
    }
    return *id;
}

std::int64_t ResultsFile::question_of(const Question& question, std::int64_t subject) {
    Statement& find = statements_->find_question;
    find.bind(1, subject).bind(2, question.row).bind(3, question.epsilon);
    if (const std::optional<std::int64_t> known = id_in(find)) return *known;
    Statement& add = statements_->add_question;
    add.bind(1, subject).bind(2, question.row).bind(3, question.epsilon);
    add.run();
    return database_.last_id();
}

void ResultsFile::insert(const Run& run, const Row& row, std::int64_t question) {
    Statement& add = statements_->add_verdict;
    add.bind(1, run.id).bind(2, question).bind(3, row.status).bind(4, row.decided_by).bind(5, row.seconds);
    add.bind(6, row.reason).bind_or_null(7, row.value).bind_or_null(8, row.bound);
    add.bind(9, row.details).bind(10, row.statistics);
    add.bind_or_null(11, row.answered.empty() ? std::nullopt : std::optional(row.answered));
    add.run();
    const std::int64_t verdict = database_.last_id();
    if (row.witness) {
        statements_->add_witness.bind(1, verdict).bind(2, *row.witness);
        statements_->add_witness.run();
    }
    if (!row.proof) return;
    Statement& proof = statements_->add_proof;
    proof.bind(1, verdict).bind(2, row.proof->file).bind(3, row.proof->digest).bind(4, row.proof->bytes);
    proof.run();
}

void ResultsFile::append(const Run& run, std::span<const Row> rows) {
    std::map<std::string, std::int64_t> subjects;
    Transaction transaction(database_);
    for (const Row& row : rows) {
        const std::int64_t subject = subject_of(row.question);
        subjects.emplace(subject_key(row.question), subject);
        const std::int64_t question = question_of(row.question, subject);
        Statement& known = statements_->find_verdict;
        known.bind(1, run.id).bind(2, question);
        if (!id_in(known)) insert(run, row, question);
    }
    transaction.commit();
    subjects_.merge(subjects);  // only now is it certain that they are there
}

void ResultsFile::end(const Run& run, const std::string& state, const std::string& ended, double seconds) {
    Transaction transaction(database_);
    Statement update(database_, "UPDATE runs SET state = ?, ended = ?, seconds = seconds + ? WHERE id = ?");
    update.bind(1, state).bind(2, ended).bind(3, seconds).bind(4, run.id);
    update.run();
    transaction.commit();
}

ResultsReader::ResultsReader(const std::string& path) {
    check_beginning(path, false);
    std::error_code error;
    const std::string folder = fs::absolute(path).parent_path().string();
    const bool is_quiet = !fs::exists(path + "-wal", error);
    // Nobody else's file gets a log of ours, which its owner could not write to.
    const bool snapshot = is_quiet && (access(path.c_str(), W_OK) != 0 || access(folder.c_str(), W_OK) != 0);
    database_ = std::make_unique<Database>(path, snapshot ? Database::Access::snapshot : Database::Access::read);
}

std::vector<Run> ResultsReader::runs() {
    Statement select(*database_, std::string(run_columns) + "ORDER BY id");
    return runs_in(*database_, select);
}

std::vector<Row> ResultsReader::rows(const Run& run) {
    return rows_of(*database_, run);
}

std::map<std::string, std::int64_t> ResultsReader::statuses(const Run& run) {
    Statement select(*database_, "SELECT status, count(*) FROM verdicts WHERE run = ? GROUP BY status");
    select.bind(1, run.id);
    std::map<std::string, std::int64_t> statuses;
    while (select.step()) statuses.emplace(select.text(0), select.number(1));
    return statuses;
}

bool is_results_file(const std::string& path) {
    const std::string bytes = beginning_of(path);
    return bytes.size() >= header_size && bytes.starts_with(sqlite_magic) &&
           big_endian(bytes, application_place) == application_id;
}

}  // namespace sinew::results
