// SPDX-License-Identifier: Apache-2.0
// The only file that includes <sqlite3.h>.
#include "results/database.hpp"

#include <cerrno>
#include <filesystem>
#include <new>

#include <fmt/core.h>
#include <sqlite3.h>
#include <unistd.h>

#include "base/error.hpp"
#include "base/output_error.hpp"

namespace sinew::results {

namespace {
/// How long one waits for another writer, whose transactions take a millisecond.
constexpr int patience_milliseconds = 30000;

/// A name of a file as SQLite's URIs have it.
std::string uri_of(const std::string& path, const char* query) {
    std::string uri = "file:";
    if (path.starts_with("//")) uri += "//";  // else the first part would be taken for a host
    for (const char character : path) {
        if (character == '%' || character == '?' || character == '#')
            uri += fmt::format("%{:02X}", static_cast<unsigned>(static_cast<unsigned char>(character)));
        else
            uri += character;
    }
    return uri + query;
}
}  // namespace

void Statement::Finalize::operator()(sqlite3_stmt* statement) const {
    sqlite3_finalize(statement);
}

Statement::Statement(Database& database, std::string_view sql) : database_(database) {
    sqlite3_stmt* made = nullptr;
    const int code = sqlite3_prepare_v3(database.handle(), sql.data(), static_cast<int>(sql.size()),
                                        SQLITE_PREPARE_PERSISTENT, &made, nullptr);
    statement_.reset(made);
    check(code);
}

void Statement::check(int code) {
    if (code != SQLITE_OK) database_.fail(code);
}

Statement& Statement::bind(int place, std::string_view text) {
    check(sqlite3_bind_text64(statement_.get(), place, text.data() == nullptr ? "" : text.data(), text.size(),
                              SQLITE_TRANSIENT, SQLITE_UTF8));
    return *this;
}

Statement& Statement::bind(int place, std::int64_t number) {
    check(sqlite3_bind_int64(statement_.get(), place, number));
    return *this;
}

Statement& Statement::bind(int place, double number) {
    check(sqlite3_bind_double(statement_.get(), place, number));
    return *this;
}

Statement& Statement::bind_or_null(int place, const std::optional<std::string>& text) {
    if (text) return bind(place, *text);
    check(sqlite3_bind_null(statement_.get(), place));
    return *this;
}

bool Statement::step() {
    const int code = sqlite3_step(statement_.get());
    if (code == SQLITE_ROW) return true;
    sqlite3_reset(statement_.get());
    if (code != SQLITE_DONE) database_.fail(code);
    return false;
}

void Statement::run() {
    while (step()) {
    }
}

std::string Statement::text(int column) const {
    return text_or_null(column).value_or("");
}

std::optional<std::string> Statement::text_or_null(int column) const {
    const unsigned char* text = sqlite3_column_text(statement_.get(), column);
    if (text == nullptr) return std::nullopt;
    return std::string(reinterpret_cast<const char*>(text),
                       static_cast<std::size_t>(sqlite3_column_bytes(statement_.get(), column)));
}

std::int64_t Statement::number(int column) const {
    return sqlite3_column_int64(statement_.get(), column);
}

double Statement::real(int column) const {
    return sqlite3_column_double(statement_.get(), column);
}

void Database::Close::operator()(sqlite3* handle) const {
    sqlite3_close_v2(handle);
}

Database::Database(std::string path, Access access) : path_(std::move(path)), access_(access) {
    // A reader may write, where the system lets it: the last one to close the file puts its log away.
    const int flags = access == Access::write || access == Access::memory ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
                      : access == Access::read                            ? SQLITE_OPEN_READWRITE
                                                                          : SQLITE_OPEN_READONLY;
    sqlite3* made = nullptr;
    const std::string uri = access == Access::memory ? std::string("file::memory:")
                                                     : uri_of(path_, access == Access::snapshot ? "?immutable=1" : "");
    const int code = sqlite3_open_v2(uri.c_str(), &made, flags | SQLITE_OPEN_URI | SQLITE_OPEN_FULLMUTEX, nullptr);
    handle_.reset(made);
    if (code != SQLITE_OK) fail(code);
    sqlite3_extended_result_codes(made, 1);
    sqlite3_busy_timeout(made, patience_milliseconds);
    // What a file holds is not trusted: no functions of ours run from its schema.
    sqlite3_db_config(made, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
    sqlite3_db_config(made, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
    if (access == Access::read) run("PRAGMA query_only = ON");
}

void Database::run(const char* sql) {
    const int code = sqlite3_exec(handle_.get(), sql, nullptr, nullptr, nullptr);
    if (code != SQLITE_OK) fail(code);
}

std::string Database::content() {
    sqlite3_int64 size = 0;
    struct Free {
        void operator()(unsigned char* bytes) const { sqlite3_free(bytes); }
    };
    const std::unique_ptr<unsigned char, Free> bytes(sqlite3_serialize(handle_.get(), "main", &size, 0));
    if (!bytes) throw std::bad_alloc();
    return {reinterpret_cast<const char*>(bytes.get()), static_cast<std::size_t>(size)};
}

std::string Database::value(std::string_view sql) {
    Statement statement(*this, sql);
    const bool has_row = statement.step();
    std::string value = has_row ? statement.text(0) : "";
    while (has_row && statement.step()) {
    }
    return value;
}

std::int64_t Database::last_id() const {
    return sqlite3_last_insert_rowid(handle_.get());
}

void Database::fail(int code) const {
    const int kind = code & 0xff;
    if (kind == SQLITE_NOMEM) throw std::bad_alloc();
    const bool writes = access_ == Access::write;
    const std::string said = handle_ ? sqlite3_errmsg(handle_.get()) : sqlite3_errstr(code);
    if (kind == SQLITE_CORRUPT || kind == SQLITE_NOTADB)
        throw InputError({path_, 0, 0}, fmt::format("the file is damaged ({})", said), "a results file of sinew");
    if (kind == SQLITE_BUSY || kind == SQLITE_LOCKED)
        throw OutputError(fmt::format("{}, which another program has kept locked for {} seconds,", path_,
                                      patience_milliseconds / 1000));
    const int system = handle_ ? sqlite3_system_errno(handle_.get()) : 0;
    if (!writes) throw InputError({path_, 0, 0}, fmt::format("cannot be read: {}", said), "a results file of sinew");
    if (kind == SQLITE_FULL) throw OutputError(path_, ENOSPC);
    if (kind == SQLITE_READONLY) throw OutputError(path_, system != 0 ? system : EACCES);
    if (kind == SQLITE_CANTOPEN) {  // SQLite tries twice, and only the second errno is left
        const std::string folder = std::filesystem::absolute(path_).parent_path().string();
        if (access(folder.c_str(), W_OK | X_OK) != 0) throw OutputError(path_, errno);
    }
    if (kind == SQLITE_CANTOPEN || kind == SQLITE_IOERR || kind == SQLITE_PERM)
        throw OutputError(path_, system != 0 ? system : EIO);
    throw OutputError(fmt::format("{} ({})", path_, said));
}

Transaction::Transaction(Database& database) : database_(database) {
    database_.run("BEGIN IMMEDIATE");
}

Transaction::~Transaction() {
    if (is_open_) sqlite3_exec(database_.handle(), "ROLLBACK", nullptr, nullptr, nullptr);
}

void Transaction::commit() {
    database_.run("COMMIT");
    is_open_ = false;
}

}  // namespace sinew::results
