//! The order of checks: the first refusal wins.

use super::command_line::merge_command;
use super::provision::Draft;
use super::{binds, fields, inventory, labels, log_options, port_fields, volumes_from};
use crate::change::{Change, Progress};
use crate::container::{Brand, ContainerConfig, SCRATCH};
use crate::{
    AccountId, CreateRequest, Error, ImageRecord, Link, LogConfig, Ports, RestartPolicy,
    RestartPolicyRequest,
};
use std::sync::Arc;

impl Change {
    /// Judges a request and has the container made on a server.
    pub(crate) fn create_container(
        &mut self,
        account: AccountId,
        name: Option<&str>,
        request: &CreateRequest,
    ) -> Result<Progress, Error> {
        let log_config = self.check_values(request)?;
        let account = self.state.require_approval(account)?.clone();
        let smartos = ImageRecord::smartos(&request.image).filter(|_| !request.builds);
        let brand = match &smartos {
            Some(_) => Brand::JoyentMinimal,
            None => Brand::Lx,
        };
        let image = match smartos {
            Some(image) => image,
            None if request.builds => ImageRecord::scratch(),
            None => self.state.find_image(account.id, &request.image)?.clone(),
        };
        let id = self.random.container_id();
        if !request.binds.is_empty() {
            return Err(Error::Plain("host volumes are not supported".to_owned()));
        }
        let networks = self.state.choose_networks(
            &account,
            &request.network_mode,
            request.publish_all || !request.port_bindings.is_empty(),
            labels::text(request, "triton.network.public"),
        )?;
        volumes_from::check(&self.state, account.id, &request.volumes_from)?;
        if request.volumes.len() > fields::DATA_VOLUMES {
            let text = format!("too many data volumes: max {}", fields::DATA_VOLUMES);
            return Err(Error::Plain(text));
        }
        let tags = labels::tags(&image.defaults.labels, &request.labels)?;
        let wanted = labels::text(request, "com.joyent.package");
        let package = self
            .state
            .choose_package(account.id, wanted, request.memory_bytes)?
            .clone();
        let ports = port_fields::ports(request, &image.defaults.exposed_ports)?;
        let mut config = merged(request, (&image, brand), log_config, ports);
        if config.hostname.is_empty() {
            config.hostname = id.short();
        }
        if let Some(log_config) = &mut config.log_config {
            log_options::fill_in(log_config, id);
        }
        if config.argv().next().is_none() {
            return Err(Error::NoCommand);
        }
        let links = self.resolve_links(account.id, id.instance(), &request.links)?;
        let name = self.settle_name(account.id, name);
        inventory::check(self, account.id, &name, &config, &package)?;
        self.provision(Draft {
            id,
            owner: account.id,
            name,
            package,
            config,
            tags,
            networks,
            links,
        })
    }

    /// What is checked before anything is looked up (docker-api.md 7.2).
    fn check_values(&self, request: &CreateRequest) -> Result<Option<LogConfig>, Error> {
        fields::check_network_mode(&request.network_mode)?;
        for volume in &request.volumes {
            fields::check_volume(volume)?;
        }
        fields::check_links(&request.network_mode, &request.links)?;
        for binding in &request.port_bindings {
            port_fields::check_binding(binding)?;
        }
        let log_config = log_options::check(&self.state.settings, request.log_config.as_ref())?;
        binds::check(&request.binds)?;
        Ok(log_config)
    }

    fn resolve_links(
        &mut self,
        account: AccountId,
        source: runtime::InstanceId,
        entries: &[String],
    ) -> Result<Vec<Link>, Error> {
        entries
            .iter()
            .map(|entry| {
                let (target, target_name, alias) = self.state.resolve_link(account, entry)?;
                Ok(Link {
                    source,
                    target,
                    target_name,
                    alias,
                    sequence: self.number(),
                })
            })
            .collect()
    }
}

/// What the request says, and where it says nothing, the image (containers.md 6, images.md 18).
fn merged(
    request: &CreateRequest,
    (image, brand): (&ImageRecord, Brand),
    log_config: Option<LogConfig>,
    ports: Ports,
) -> ContainerConfig {
    let defaults = &image.defaults;
    let (cmd, entrypoint) = merge_command(
        (request.cmd.as_deref(), request.entrypoint.as_deref()),
        (&defaults.cmd, &defaults.entrypoint),
    );
    let or_image = |own: &String, image: &String| if own.is_empty() { image } else { own }.clone();
    ContainerConfig {
        image_text: match request.builds {
            true => SCRATCH.to_owned(),
            false => request.image.clone(),
        },
        image: image.reference(),
        brand,
        hostname: request.hostname.clone(),
        domainname: request.domainname.clone(),
        user: or_image(&request.user, &defaults.user),
        workdir: or_image(&request.workdir, &defaults.workdir),
        image_env: Arc::clone(&defaults.env),
        env: request.env.clone(),
        cmd,
        entrypoint,
        tty: request.tty,
        open_stdin: request.open_stdin,
        attach_stdin: request.attach_stdin,
        attach_stdout: request.attach_stdout,
        attach_stderr: request.attach_stderr,
        restart_policy: request.restart_policy.as_ref().and_then(restart_policy),
        log_config,
        extra_hosts: request.extra_hosts.clone(),
        dns: request.dns.clone(),
        dns_search: request.dns_search.clone(),
        ports,
        volumes: fields::data_volumes(&request.volumes, &defaults.volumes),
        builds: request.builds,
    }
}

/// CTR-09: any name but `always` and `on-failure` is none.
fn restart_policy(request: &RestartPolicyRequest) -> Option<RestartPolicy> {
    match request.name.as_str() {
        "always" => Some(RestartPolicy::Always),
        "on-failure" => {
            let maximum = u32::try_from(request.maximum_retry_count).ok();
            let maximum = maximum.filter(|maximum| *maximum > 0);
            Some(RestartPolicy::OnFailure { maximum })
        }
        _ => None,
    }
}
