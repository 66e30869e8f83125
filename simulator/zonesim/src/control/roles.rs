//! Roles of accounts (ACC-08, accounts-and-cloudapi.md E.11).

use super::accounts::find;
use super::error::ControlError;
use super::users::find_user;
use super::{Answer, Control};
use serde::Deserialize;
use serde_json::{Value, json};
use zone::{Account, Command, Member, MemberId, Role, View};

/// All members of a role.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RoleBody {
    members: Vec<MemberBody>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct MemberBody {
    #[serde(rename = "type")]
    kind: MemberKind,
    /// Login or id.
    login: String,
    #[serde(default)]
    default: bool,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
enum MemberKind {
    Subuser,
    Account,
}

impl MemberBody {
    fn member(&self, view: &View, account: &Account) -> Result<Member, ControlError> {
        let who = match self.kind {
            MemberKind::Subuser => MemberId::User(find_user(account, &self.login)?.id),
            MemberKind::Account => MemberId::Account(find(view, &self.login)?.id),
        };
        let default = self.default;
        Ok(Member { who, default })
    }
}

pub(super) fn describe(view: &View, account: &Account, role: &Role) -> Value {
    let member = |member: &Member| {
        let (kind, id, login) = match member.who {
            MemberId::Account(id) => {
                let login = view.account(id).map(|account| account.login.as_str());
                ("account", id.to_string(), login)
            }
            MemberId::User(id) => {
                let user = account.users.iter().find(|user| user.id == id);
                ("subuser", id.to_string(), user.map(|user| &*user.login))
            }
        };
        json!({"type": kind, "login": login, "id": id, "default": member.default})
    };
    json!({
        "id": role.id.to_string(),
        "name": role.name,
        "members": role.members.iter().map(member).collect::<Value>(),
    })
}

impl Control {
    pub(super) fn list_roles(&self, login: &str) -> Result<Answer, ControlError> {
        let view = self.service.driver.view();
        let account = find(&view, login)?;
        let roles = account.roles.iter();
        let roles = roles.map(|role| describe(&view, account, role));
        Ok(Answer::ok(roles.collect()))
    }

    pub(super) async fn set_role(
        &self,
        login: &str,
        name: &str,
        body: RoleBody,
    ) -> Result<Answer, ControlError> {
        let driver = &self.service.driver;
        let set = {
            let view = driver.view();
            let account = find(&view, login)?;
            let members = body.members.iter();
            let members = members.map(|member| member.member(&view, account));
            Command::SetRole {
                account: account.id,
                name: name.to_owned(),
                members: members.collect::<Result<_, _>>()?,
            }
        };
        driver.run(set).await?;
        let view = driver.view();
        let account = find(&view, login)?;
        let role = account.role(name);
        let role = role.ok_or_else(|| zone::Error::NoSuchRole(name.to_owned()))?;
        Ok(Answer::ok(describe(&view, account, role)))
    }

    pub(super) async fn remove_role(
        &self,
        login: &str,
        name: &str,
    ) -> Result<Answer, ControlError> {
        let driver = &self.service.driver;
        let account = find(&driver.view(), login)?.id;
        let name = name.to_owned();
        driver.run(Command::RemoveRole { account, name }).await?;
        Ok(Answer::Empty)
    }
}
