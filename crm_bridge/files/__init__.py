"""Files that visitors upload where a playbook asks for one."""
