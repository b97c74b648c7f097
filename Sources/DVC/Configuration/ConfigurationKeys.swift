import Values

/// The keys that DVC 3.67 knows (dvc/config_schema.py). Every other key fails every command.
extension DVCConfiguration {
  private static let atLeastOne = SettingKind.integer(1...Int.max)
  private static let integer = SettingKind.integer(nil)

  private static let remoteKeys: [Text: SettingKind] = [
    "url": .text, "checksum_jobs": atLeastOne, "jobs": atLeastOne, "worktree": .bool, "no_traverse": .bool,
    "version_aware": .bool,
  ]

  private static let localKeys: [Text: SettingKind] = [
    "type": .linkTypes, "protected": .bool, "shared": .choice(["group"]), "slow_link_warning": .bool,
    "verify": .bool,
  ]

  private static let httpKeys: [Text: SettingKind] = [
    "auth": .choice(["basic", "digest", "custom"]), "custom_auth_header": .text, "user": .text,
    "password": .text, "ask_password": .bool, "ssl_verify": .boolOrText, "method": .text,
    "connect_timeout": .number(notNegative: true), "read_timeout": .number(notNegative: true),
    "verify": .bool,
  ]

  private static let webdavKeys: [Text: SettingKind] = [
    "user": .text, "password": .text, "ask_password": .bool, "token": .text, "bearer_token_command": .text,
    "custom_auth_header": .text, "cert_path": .text, "key_path": .text, "timeout": integer,
    "ssl_verify": .boolOrText, "verify": .bool,
  ]

  private static let s3Keys: [Text: SettingKind] = [
    "region": .text, "profile": .text, "credentialpath": .text, "configpath": .text, "endpointurl": .text,
    "access_key_id": .text, "secret_access_key": .text, "session_token": .text, "listobjects": .bool,
    "use_ssl": .bool, "allow_anonymous_login": .bool, "ssl_verify": .boolOrText, "sse": .text,
    "sse_kms_key_id": .text, "sse_customer_algorithm": .text, "sse_customer_key": .text, "acl": .text,
    "grant_read": .text, "grant_read_acp": .text, "grant_write_acp": .text, "grant_full_control": .text,
    "cache_regions": .never, "read_timeout": integer, "connect_timeout": integer, "verify": .bool,
  ]

  private static let gsKeys: [Text: SettingKind] = [
    "projectname": .text, "credentialpath": .text, "endpointurl": .text, "verify": .bool,
    "allow_anonymous_login": .bool,
  ]

  private static let sshKeys: [Text: SettingKind] = [
    "type": .linkTypes, "port": integer, "user": .text, "password": .text, "ask_password": .bool,
    "passphrase": .text, "ask_passphrase": .bool, "keyfile": .text, "timeout": integer, "gss_auth": .bool,
    "allow_agent": .bool, "max_sessions": integer, "verify": .bool,
  ]

  private static let hdfsKeys: [Text: SettingKind] = [
    "user": .text, "kerb_ticket": .text, "replication": .never,
  ]

  private static let webhdfsKeys: [Text: SettingKind] = [
    "kerberos": .bool, "kerberos_principal": .text, "proxy_to": .text, "ssl_verify": .boolOrText,
    "token": .text, "use_https": .bool, "user": .text, "password": .text, "data_proxy_target": .text,
    "verify": .bool,
  ]

  private static let azureKeys: [Text: SettingKind] = [
    "connection_string": .text, "sas_token": .text, "account_name": .text, "account_key": .text,
    "tenant_id": .text, "client_id": .text, "client_secret": .text, "allow_anonymous_login": .bool,
    "exclude_environment_credential": .bool, "exclude_visual_studio_code_credential": .bool,
    "exclude_shared_token_cache_credential": .bool, "exclude_managed_identity_credential": .bool,
    "verify": .bool, "timeout": integer, "read_timeout": integer, "connection_timeout": integer,
  ]

  private static let ossKeys: [Text: SettingKind] = [
    "oss_key_id": .text, "oss_key_secret": .text, "oss_endpoint": .text, "verify": .bool,
  ]

  private static let gdriveKeys: [Text: SettingKind] = [
    "profile": .text, "gdrive_use_service_account": .bool, "gdrive_client_id": .text,
    "gdrive_client_secret": .text, "gdrive_user_credentials_file": .text,
    "gdrive_service_account_user_email": .text, "gdrive_service_account_json_file_path": .text,
    "gdrive_trash_only": .bool, "gdrive_acknowledge_abuse": .bool, "verify": .bool,
  ]

  private static func remote(_ keys: [Text: SettingKind]) -> SettingKind {
    .keys(keys.merging(remoteKeys) { own, _ in own })
  }

  /// What a remote may hold, by the scheme of its URL; a path's is empty.
  static let remoteKinds: [Text: SettingKind] = [
    "": remote(localKeys), "s3": remote(s3Keys), "gs": remote(gsKeys), "ssh": remote(sshKeys),
    "hdfs": remote(hdfsKeys), "webhdfs": remote(webhdfsKeys), "azure": remote(azureKeys),
    "oss": remote(ossKeys), "gdrive": remote(gdriveKeys), "http": remote(httpKeys),
    "https": remote(httpKeys), "webdav": remote(webdavKeys), "webdavs": remote(webdavKeys),
    "remote": .names(.anything),
  ]

  private static let core: [Text: SettingKind] = [
    "remote": .lowered, "checksum_jobs": atLeastOne, "interactive": .bool, "analytics": .bool,
    "hardlink_lock": .bool, "no_scm": .bool, "autostage": .bool, "experiments": .bool,
    "check_update": .bool, "site_cache_dir": .text, "machine": .lowered,
  ]

  private static let cache = localKeys.merging([
    "dir": .text, "local": .text, "s3": .text, "gs": .text, "hdfs": .text, "webhdfs": .text, "ssh": .text,
    "azure": .text,
  ]) { own, _ in own }

  private static let machine: [Text: SettingKind] = [
    "cloud": .choice(["aws", "azure"]), "region": .choice(["us-west", "us-east", "eu-west", "eu-north"]),
    "image": .text, "spot": .bool, "spot_price": .number(notNegative: false),
    "instance_hdd_size": integer, "instance_type": .lowered, "instance_gpu": .lowered, "ssh_private": .text,
    "startup_script": .text, "setup_script": .text,
  ]

  /// What the configuration may hold.
  static let sections: [Text: SettingKind] = [
    "core": .keys(core), "cache": .keys(cache), "remote": .names(.remote),
    "state": .keys([
      "dir": .text, "row_limit": atLeastOne, "row_cleanup_quota": .integer(0...100),
    ]),
    "index": .keys(["dir": .text]), "machine": .names(.keys(machine)),
    "feature": .someKeys(["machine": .bool]),
    "plots": .keys(["html_template": .text, "auto_open": .bool, "out_dir": .text]),
    "exp": .keys([
      "code": .text, "data": .text, "models": .text, "metrics": .text, "params": .text, "plots": .text,
      "live": .text, "auto_push": .bool, "git_remote": .text,
    ]),
    "parsing": .keys([
      "bool": .choice(["store_true", "boolean_optional"]), "list": .choice(["nargs", "append"]),
    ]),
    "hydra": .keys([
      "enabled": .bool, "config_dir": .text, "config_module": .text, "config_name": .text,
      "plugins_path": .text,
    ]),
    "studio": .keys(["token": .text, "url": .text, "repo_url": .text, "offline": .bool]),
    "db": .names(.keys(["url": .text, "username": .text, "password": .text])),
  ]
}
