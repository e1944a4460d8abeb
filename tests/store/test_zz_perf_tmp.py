import sys
def test_perf(postgres):
    name=postgres.create(); from cxdigest.store import open_store
    open_store(postgres.url(name)).close()
    sys.argv=["x",postgres.url(name),"40000"]
    src=open("/tmp/p_perf.py").read().replace("time.process_time","time.perf_counter").replace('if len(sys.argv)>3 and sys.argv[3]=="u":','if True:').replace('c.exec_driver_sql("update sightings set (title,company,location,snippet,workplace)=(select title,company,location,snippet,workplace from postings where id=posting_id)")','c.exec_driver_sql("update sightings set title=p.title,company=p.company,snippet=p.snippet from postings p where p.id=posting_id")')
    exec(compile(src,"perf","exec"),{"__name__":"perf"})
