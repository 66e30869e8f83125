//! The math library of `-l`, in the calculator's own language. Each function computes with more digits than are
//! wanted and cuts them off at the end.

/// Definitions of e, l, s, c, a and j; then the scale is 20.
pub(super) const TEXT: &str = "\
scale=20
define e(x){
auto b,n,s,t,k,r,i
b=ibase
ibase=A
s=scale
n=0
if(x<0){
n=1
x=-x
}
scale=s+8+x*.45
k=0
while(x>.125){
x=x/2
k+=1
}
scale=scale+k
t=1
r=1
for(i=1;t!=0;i++){
t=t*x/i
r+=t
}
while(k>0){
r=r*r
k-=1
}
scale=s
ibase=b
if(n)return(1/r)
return(r/1)
}
define l(x){
auto b,s,f,r,q,t,i
if(x<=0)return((1-A^scale)/1)
b=ibase
ibase=A
s=scale
scale=s+8
f=2
while(x>=2){
x=sqrt(x)
f*=2
}
while(x<=.5){
x=sqrt(x)
f*=2
}
scale=scale+length(f)
x=(x-1)/(x+1)
q=x*x
t=x
r=x
for(i=3;t!=0;i+=2){
t*=q
r+=t/i
}
r*=f
scale=s
ibase=b
return(r/1)
}
define s(x){
auto b,s,n,k,q,t,r,i
b=ibase
ibase=A
s=scale
scale=s+10+length(x)-scale(x)
n=0
if(x<0){
n=1
x=-x
}
q=a(1)
scale=0
k=(x/q+2)/4
x=x-4*k*q
if(k%2)x=-x
scale=s+10
q=-x*x
t=x
r=x
for(i=3;t!=0;i+=2){
t=t*q/(i*(i-1))
r+=t
}
scale=s
ibase=b
if(n)return(-r/1)
return(r/1)
}
define c(x){
auto b,s,r,q
b=ibase
ibase=A
s=scale
scale=s+10+length(x)-scale(x)
r=s(x+a(1)*2)
q=A^-(s+5)
if(r<0)q=-q
r+=q
scale=s
ibase=b
return(r/1)
}
define a(x){
auto b,s,n,f,q,t,r,i
b=ibase
ibase=A
s=scale
n=1
if(x<0){
n=-1
x=-x
}
scale=s+8
f=1
while(x>.2){
x=x/(1+sqrt(1+x*x))
f*=2
}
q=-x*x
t=x
r=x
for(i=3;t!=0;i+=2){
t*=q
r+=t/i
}
r*=f*n
scale=s
ibase=b
return(r/1)
}
define j(n,x){
auto b,s,m,q,t,r,i,w
b=ibase
ibase=A
s=scale
scale=0
n/=1
m=1
if(n<0){
n=-n
if(n%2)m=-1
}
w=x
if(w<0)w=-w
scale=s+10+w+n
t=1
for(i=2;i<=n;i++)t*=i
t=x^n/2^n/t
q=-x*x/4
r=t
for(i=1;t!=0;i++){
t=t*q/(i*(n+i))
r+=t
}
r*=m
scale=s
ibase=b
return(r/1)
}
";
