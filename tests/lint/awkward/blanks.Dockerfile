

  from debian as x  

	run	true	
  # indented
	CmD	[ "a" ,	"b" ] 

