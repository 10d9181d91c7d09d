import torch as T
T.manual_seed(1)
n=9
u,c,v,d,x,y=(T.randn(*s,dtype=T.double) for s in((n,1),(n,1),(1,n),(1,1),(1,1),(1,1)))
P=[t.requires_grad_() for t in(u,c,v,d,x)]
f=lambda:v@T.relu(u@x+c)+d+x
L=((f()-y)**2/2).sum()
A=T.autograd.grad(L,P)
with T.no_grad():
    z=u@x+c;e=f()-y;q=v.T*e*(z>0)
    M=[q*x,q,e*z.clamp(0).T,e,e+u.T@q]
for k,a,m in zip(["W1","b1","W2","b2","x"],A,M):print(k,(a-m).abs().max().item())
