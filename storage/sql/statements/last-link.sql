SELECT link_number, link FROM audit_chain WHERE link_number = (SELECT max (link_number) FROM audit_chain)
